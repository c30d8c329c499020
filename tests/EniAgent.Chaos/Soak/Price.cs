namespace EniAgent.Chaos.Soak;

/// <summary>What something that happens may cost at most.</summary>
/// <param name="Reads">Reads of metadata beside the polls; each asks for the list of ENIs and every ENI's list of addresses.</param>
/// <param name="Documents">Documents that are asked for beside the lists.</param>
/// <param name="Lines">Lines of the log.</param>
internal readonly record struct Price(int Reads, int Documents, int Lines);
