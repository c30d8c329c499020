using EniAgent.Core.Metadata;
using EniAgent.Linux.State;
using EniAgent.Metadata;
using Microsoft.Extensions.Logging;

namespace EniAgent.Commands;

/// <summary><c>eni-agent snapshot</c>: saves what metadata says, for <c>plan --metadata</c> here or anywhere.</summary>
internal static class SnapshotCommand
{
    public static async Task<int> RunAsync(CommandContext context, string? path, CancellationToken cancellationToken)
    {
        var agent = context.LoadConfiguration().Options;

        // Of what an earlier process knew only the way to metadata counts, and no document.
        var believed = context.OpenStore(mayWrite: false).ReadSnapshot().Snapshot;
        using var metadata = new MetadataClient(agent.Metadata, context.Time, Environment.ProcessId, context.Loggers.CreateLogger<MetadataClient>())
        {
            SourceAddress = believed?.Primary?.PrimaryAddress.ToIPAddress(),
        };
        switch (await context.PatientlyAsync(ReadAsync(metadata, cancellationToken), agent, cancellationToken).ConfigureAwait(false))
        {
            case MetadataResult.Failure failure:
                await CommandContext.Complain($"metadata: {failure.Message}").ConfigureAwait(false);
                return ExitCode.NoMetadata;
            case MetadataResult.Snapshot { Value: var snapshot } when path is null:
                Console.Out.Write(SnapshotFile.ToText(snapshot));
                return ExitCode.Done;
            case MetadataResult.Snapshot { Value: var snapshot }:
                SnapshotFile.Write(Path.GetFullPath(path), snapshot);
                return ExitCode.Done;
            default:
                throw new InvalidOperationException("metadata is read or not");
        }
    }

    // What nothing rests on, as the VPC's id, comes with a second read.
    private static async Task<MetadataResult> ReadAsync(MetadataClient metadata, CancellationToken cancellationToken)
    {
        var first = await metadata.ReadAsync(new MetadataRequest(Background: false), cancellationToken).ConfigureAwait(false);
        return first is MetadataResult.Failure ? first : await metadata.ReadAsync(new MetadataRequest(Background: true), cancellationToken).ConfigureAwait(false);
    }
}
