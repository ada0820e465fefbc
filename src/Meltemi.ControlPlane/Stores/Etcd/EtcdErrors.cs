using Meltemi.Resources;

namespace Meltemi.ControlPlane.Stores.Etcd;

/// <summary>What went wrong with etcd, as a user is told.</summary>
internal static class EtcdErrors
{
    private const int PermissionDenied = 7;

    /// <summary>A failed write.</summary>
    public static StoreException Explain(Exception failure, ResourceKey key, Uri endpoint) => failure switch
    {
        EtcdException { IsTooLarge: true } => new(
            StoreError.TooLarge, $"{key} is larger than etcd at {endpoint} takes: split it, or raise etcd's --max-request-bytes", failure),
        EtcdException { IsFull: true } => new(
            StoreError.Failed,
            $"{key} was not written: the database of etcd at {endpoint} is full; compact and defragment it or raise --quota-backend-bytes, then disarm the alarm",
            failure),
        EtcdException { Code: PermissionDenied } => new(
            StoreError.ReadOnly, $"{key} was not written: etcd's user has no permission for this key ({failure.Message})", failure),
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError } => new(
            StoreError.ReadOnly, $"{key} was not written: etcd at {endpoint} cannot be reached ({failure.Message})", failure),
        HttpRequestException => new(
            StoreError.Failed, $"etcd at {endpoint} did not answer, and {key} may or may not have been written: read it again ({failure.Message})", failure),
        _ => new(StoreError.Failed, $"{key} was not written: etcd at {endpoint} says: {failure.Message}", failure),
    };
}
