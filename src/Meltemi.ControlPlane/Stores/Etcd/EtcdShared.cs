using System.Text;
using System.Text.Json;

namespace Meltemi.ControlPlane.Stores.Etcd;

/// <summary>What controllers on one etcd share beside the resources: <see cref="EtcdRecords"/> is what is read, <see cref="EtcdLease"/> what goes with its writer.</summary>
internal sealed class EtcdShared(EtcdStoreOptions options, EtcdClient client, EtcdKeys keys, EtcdRecords records, EtcdLease lease, EtcdConnection connection)
    : ISharedRecords
{
    /// <inheritdoc/>
    public string Self { get; } = $"{Environment.MachineName}-{Environment.ProcessId}-{Random.Shared.Next():x}";

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Names => records.Names;

    /// <inheritdoc/>
    public event Action<IReadOnlyCollection<string>>? Changed
    {
        add => records.Changed += value;
        remove => records.Changed -= value;
    }

    /// <inheritdoc/>
    public SharedRecord? Find(string name) => records.Find(name);

    /// <inheritdoc/>
    public void Say(string name, string? text) => lease.Say(name, text);

    /// <inheritdoc/>
    public async Task<bool> TryWriteAsync(IReadOnlyList<RecordWrite> writes, CancellationToken cancel)
    {
        try
        {
            var answer = await client.TxnAsync(new([.. writes.Select(Comparison)], [.. writes.Select(Operation)]), cancel).ConfigureAwait(false);
            var seen = await connection.Progress.UntilAsync(
                () => answer.Succeeded ? writes.All(IsDone) : writes.Any(write => RevisionOf(write.Name) != write.Expected), options.RequestTimeout, cancel)
                .ConfigureAwait(false);
            return seen ? answer.Succeeded : throw new StoreException(StoreError.Failed, $"etcd at {client.Endpoint} is ahead of this controller, which does not hear of it");
        }
        catch (Exception e) when (e is EtcdException or HttpRequestException or IOException or JsonException)
        {
            throw new StoreException(StoreError.Failed, $"etcd at {client.Endpoint} cannot be written: {e.Message}", e);
        }
    }

    private long RevisionOf(string name) => Find(name)?.Revision ?? 0;

    private bool IsDone(RecordWrite write) => write.Text is null ? RevisionOf(write.Name) != write.Expected : RevisionOf(write.Name) > write.Expected;

    private Compare Comparison(RecordWrite write) => new(keys.Shared(write.Name), write.Expected);

    private RequestOp Operation(RecordWrite write) => write.Text is null
        ? new(RequestDeleteRange: new(keys.Shared(write.Name)))
        : new(RequestPut: new(keys.Shared(write.Name), Encoding.UTF8.GetBytes(write.Text)));
}
