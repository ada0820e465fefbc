using System.Collections.Immutable;
using Meltemi.Proxy.Balancing;
using Meltemi.Proxy.Config;

namespace Meltemi.Proxy.Discovery;

/// <summary>
/// Finds the endpoints of a cluster and tells of changes. Works on threads of the pool, never on a loop; the tables of hashing balancers
/// are built here too, before the set is handed out. Members are safe from any thread.
/// </summary>
public abstract class EndpointSource : IDisposable
{
    /// <summary>Most endpoints of a cluster; further ones are left out and counted in <see cref="Dropped"/>.</summary>
    public const int MaxEndpoints = 16 * 1024;

    private readonly Action<EndpointSet> _changed;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile EndpointSet _current;
    private long _updateSuccess;
    private long _updateFailure;
    private long _updateEmpty;
    private long _dropped;

    private protected EndpointSource(ClusterConfig cluster, Action<EndpointSet> changed, EndpointSource? previous)
    {
        Cluster = cluster;
        _changed = changed;
        Overprovisioning = cluster.Overprovisioning;
        _current = new([], cluster.Balancer);
        Known = previous?.Current ?? _current;
    }

    /// <summary>The configuration of the cluster.</summary>
    public ClusterConfig Cluster { get; }

    /// <summary>The endpoints as they are known now; empty until something is known.</summary>
    public EndpointSet Current => _current;

    /// <summary>Completes when there was a first answer, good or bad; at once if there is nothing to wait for.</summary>
    public Task Ready => _ready.Task;

    /// <summary>Answers that told the endpoints (<c>update_success</c>).</summary>
    public long UpdateSuccess => Interlocked.Read(ref _updateSuccess);

    /// <summary>Attempts without an answer (<c>update_failure</c>); the last good endpoints stay.</summary>
    public long UpdateFailure => Interlocked.Read(ref _updateFailure);

    /// <summary>Answers without any endpoint (<c>update_empty</c>).</summary>
    public long UpdateEmpty => Interlocked.Read(ref _updateEmpty);

    /// <summary>Endpoints left out because of <see cref="MaxEndpoints"/>, summed over all answers.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>In percent; written under the gate.</summary>
    private protected int Overprovisioning { get; set; }

    /// <summary>Serializes updates and disposal.</summary>
    private protected Lock Gate { get; } = new();

    /// <summary>Whether it was disposed; read under the gate.</summary>
    private protected bool IsDisposed { get; private set; }

    /// <summary>Where endpoint objects are reused from: the current set, at first the predecessor's.</summary>
    private EndpointSet Known { get; set; }

    /// <summary>The source for a cluster; it waits for <see cref="Start"/>.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="changed">
    /// Gets each set after <see cref="Current"/>, one at a time and never after <see cref="Dispose"/> returned. Called with a lock held:
    /// pass the set on and return.
    /// </param>
    /// <param name="previous">The source of the cluster's former configuration: endpoints that stay keep their objects.</param>
    /// <param name="resolver">For the DNS types; null: the operating system's.</param>
    /// <param name="time">Clock; null: the system's.</param>
    /// <exception cref="ArgumentException">A host name in a cluster that is not of a DNS type, or more than one in logical DNS.</exception>
    public static EndpointSource Create(
        ClusterConfig cluster,
        Action<EndpointSet> changed,
        EndpointSource? previous = null,
        IResolver? resolver = null,
        TimeProvider? time = null)
    {
        resolver ??= new SystemResolver();
        time ??= TimeProvider.System;
        return cluster.Discovery switch
        {
            DiscoveryType.StrictDns => new StrictDnsSource(cluster, changed, previous, resolver, time),
            DiscoveryType.LogicalDns => new LogicalDnsSource(cluster, changed, previous, resolver, time),
            DiscoveryType.Eds => new EdsSource(cluster, changed, previous),
            _ => new StaticSource(cluster, changed, previous),
        };
    }

    /// <summary>Begins to look for endpoints. Once.</summary>
    public virtual void Start() => SetReady();

    /// <summary>Stops; the last set stays valid.</summary>
    public void Dispose()
    {
        lock (Gate)
        {
            if (IsDisposed) return;
            IsDisposed = true;
            Stop();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Ends what <see cref="Start"/> began.</summary>
    private protected virtual void Stop()
    {
    }

    /// <summary>Takes over what was found, and tells of it if it differs.</summary>
    private protected void Publish(IEnumerable<EndpointConfig> found)
    {
        lock (Gate)
        {
            if (IsDisposed) return;
            var endpoints = EndpointReuse.Take(found, Known, MaxEndpoints, out var dropped);
            Interlocked.Add(ref _dropped, dropped);
            Publish(endpoints);
        }
    }

    /// <summary>Takes over a set of endpoints, and tells of it if it differs.</summary>
    private protected void Publish(ImmutableArray<Endpoint> endpoints)
    {
        lock (Gate)
        {
            if (IsDisposed) return;
            if (_current.IsSameAs(endpoints, Overprovisioning)) return;
            Known = _current = new(endpoints, Cluster.Balancer, Overprovisioning);
            _changed(_current);
        }
    }

    /// <summary>Sets what is known from the outset, without telling.</summary>
    private protected void Begin(IEnumerable<EndpointConfig> found)
    {
        Begin(EndpointReuse.Take(found, Known, MaxEndpoints, out var dropped));
        _dropped = dropped;
    }

    /// <summary>Sets what is known from the outset, without telling.</summary>
    private protected void Begin(ImmutableArray<Endpoint> endpoints)
    {
        _current = new(endpoints, Cluster.Balancer, Overprovisioning);
        if (!endpoints.IsEmpty) Known = _current;
    }

    private protected void CountSuccess() => Interlocked.Increment(ref _updateSuccess);

    private protected void CountFailure() => Interlocked.Increment(ref _updateFailure);

    private protected void CountEmpty() => Interlocked.Increment(ref _updateEmpty);

    private protected void SetReady() => _ready.TrySetResult();
}
