namespace EniAgent.Journal;

/// <summary>
/// The kinds of events that people look up: their names (EVENT) and the MESSAGE_ID by which <c>journalctl -x</c> finds its explanation in
/// systemd/eni-agent.catalog. An id stays for good.
/// </summary>
internal static class EventKinds
{
    /// <summary>The ids by name.</summary>
    public static IReadOnlyDictionary<string, string> MessageIds { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["Started"] = "e2a214e8bbe946759d52490575ffc53d",
        ["ConfigurationReloaded"] = "03aa3897fcf446b6986c39e8c7bb69f6",
        ["ConfigurationRejected"] = "5c22c46963e948fda4d4748ca3c77ebf",
        ["NicAppeared"] = "b2609a0bdd2b45508c656018eee38dc1",
        ["Repaired"] = "5bd0f521be84462bbb9be05d0e8e2329",
        ["RepairsHeldBack"] = "7ea3ef27e2e94528a4e0689e1888df20",
        ["EniChanged"] = "5c3981a844ab46d8bb81e5e0309e6043",
        ["RulesChanged"] = "0bcc0d1cd5a9414599ba695ab78d8387",
        ["FilesChanged"] = "e08137f33a084ec99f95e90587134be1",
        ["MetadataProblem"] = "6b8816776b5a4b73a94472d1a7d32946",
        ["NetworkProblem"] = "c9ce5ddc2a52483e96dfd21e9d1f5c01",
        ["StateProblem"] = "f41fae4a5518483da98647fe161b80de",
        ["Recovered"] = "6cc3ba5031834d1db933dffe9f578985",
        ["ChangesTakenBack"] = "dbc01b3d2ea2438ca4e166c70794a750",
        ["InterruptedChangesStand"] = "ec1e89d974364b12819e128e9c652dc9",
        ["InterruptedChangesTakenBack"] = "a9cd6a3027814cc891234df44bcdbf52",
        ["CloneFound"] = "60b3bedce0ec4deabc434d6e6054aa24",
        ["FormerFilesStay"] = "a0d0861e4f7e43538227e820e6a60526",
        ["ManagerNotTold"] = "b3c478b638e64772b86ed285da543b3d",
        ["StateSetAside"] = "449ab166818648568c529b4839c340b3",
        ["StateUnreadable"] = "78e8b5bcefb74578b78e1ffad9cf7a0c",
        ["NotLocked"] = "6513270e269e4d37b2a74de452e6b438",
    };
}
