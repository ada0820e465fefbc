using System.Buffers.Text;
using System.Text;
using Meltemi.Codec;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Filters.Faults;
using Meltemi.Proxy.Routing.Matching;
using Meltemi.Proxy.Routing.Retries;
using Meltemi.Proxy.Routing.Templates;
using Meltemi.Proxy.Telemetry.AccessLog;

namespace Meltemi.Proxy.Routing;

/// <summary>A compiled route. Immutable, shared by all loops.</summary>
public sealed class Route
{
    /// <summary><see cref="TimeoutMs"/> of a route that does not say.</summary>
    public const long TimeoutNotSet = -1;

    private readonly Condition[] _conditions;
    private readonly ClusterChoice _clusters;
    private readonly HashPolicies _hashPolicies;
    private readonly int _splitSlot;

    internal Route(RouteConfig config, int position, AttributeKeys keys, Func<string, int> indexOfCluster)
    {
        Config = config;
        Position = position;
        _conditions = config.Match.Select(match => new Condition(match, keys)).ToArray();
        _clusters = new(config.Clusters, indexOfCluster);
        _hashPolicies = new(config.HashPolicies, keys);
        _splitSlot = config.SplitAttribute is { } split ? keys.IndexOf(split) : -1;
        NameUtf8 = Encoding.UTF8.GetBytes(config.Name);
        TimeoutMs = config.Timeout is { } timeout ? (long)Math.Ceiling(timeout.TotalMilliseconds) : TimeoutNotSet;
        HighPriority = config.HighPriority;
        Retry = config.Retry is { } retry ? new RetryPolicy(retry, keys) : null;
        var wanted = new AccessLogKeys();
        var (requests, responses) = (new ChangeList(config.RequestMutations, wanted), new ChangeList(config.ResponseMutations, wanted));
        RequestMutation = requests.Fixed;
        ResponseMutation = responses.Fixed;
        Templates = requests.HasTemplates || responses.HasTemplates ? new RouteTemplates(requests, responses, wanted, keys) : null;
        Mirrors = [.. config.Mirrors.Where(mirror => mirror.Share.Numerator > 0).Select(mirror => new Mirror(indexOfCluster(mirror.Cluster), mirror.Share))];
        Fault = config.Fault is { } fault ? new FaultPolicy(fault, keys) : null;
    }

    /// <summary>Name for logs and metrics; may be empty.</summary>
    public string Name => Config.Name;

    /// <summary>The name for access logs.</summary>
    internal byte[] NameUtf8 { get; }

    /// <summary>What it was made from.</summary>
    public RouteConfig Config { get; }

    /// <summary>Place in the table, from 0.</summary>
    public int Position { get; }

    /// <summary>Milliseconds until the whole answer; 0: none; <see cref="TimeoutNotSet"/>: the request's own limit or the default.</summary>
    public long TimeoutMs { get; }

    /// <summary>Whether the requests count against the clusters' limits of high priority.</summary>
    internal bool HighPriority { get; }

    /// <summary>Further tries; null: one is all.</summary>
    internal RetryPolicy? Retry { get; }

    /// <summary>Changes to requests that are the same for all of them; not to be changed itself.</summary>
    public Mutation RequestMutation { get; }

    /// <summary>Changes to answers that are the same for all of them; not to be changed itself.</summary>
    public Mutation ResponseMutation { get; }

    /// <summary>Changes that are made of what is known of the request; null: there are none.</summary>
    internal RouteTemplates? Templates { get; }

    /// <summary>Where copies of requests go.</summary>
    internal Mirror[] Mirrors { get; }

    /// <summary>Faults on purpose; null: none of its own.</summary>
    public FaultPolicy? Fault { get; }

    /// <summary>Whether a message fulfils all conditions.</summary>
    public bool Matches(ReadOnlySpan<byte> message, AttributeValues values) => Condition.AllHold(_conditions, message, values);

    /// <summary>Chooses a cluster by weight: an index into <see cref="RouteTable.ClusterNames"/>.</summary>
    /// <param name="random">Fresh random bits.</param>
    public int PickCluster(ulong random) => _clusters.Pick(random);

    /// <summary>
    /// Chooses a cluster by weight: by the hash or by the number in an attribute, if the route says so and the message has it, else by chance.
    /// </summary>
    /// <param name="client"><see cref="HashPolicies.OfAddress"/> of the client; null if it has no IP address.</param>
    /// <param name="random">Fresh random bits.</param>
    /// <param name="subset">What the cluster's endpoints must have; null: nothing is said.</param>
    public int PickCluster(ReadOnlySpan<byte> message, AttributeValues values, ulong? client, ulong random, out LbMetadata? subset)
    {
        if (Config.SplitsByHash && TryHash(message, values, client, out var hash)) return _clusters.PickByHash(hash, out subset);
        if (_splitSlot < 0) return _clusters.Pick(random, out subset);
        var text = values.Get(_splitSlot, message);
        var isNumber = Utf8Parser.TryParse(text, out ulong number, out var used) && used == text.Length;
        return isNumber ? _clusters.PickByNumber(number, out subset) : _clusters.Pick(random, out subset);
    }

    /// <summary>The hash for consistent balancing; see <see cref="HashPolicies.TryHash"/>.</summary>
    public bool TryHash(ReadOnlySpan<byte> message, AttributeValues values, ulong? client, out ulong hash) =>
        _hashPolicies.TryHash(message, values, client, out hash);
}
