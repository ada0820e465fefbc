using System.Globalization;

namespace Meltemi.Xds.Server;

/// <summary>
/// What one client is sent; the two dialects (state of the world, delta) say how, <see cref="PushCycle"/> when. Works on one snapshot at a time, so that
/// everything a client has fits together. One thread at a time.
/// </summary>
internal abstract class XdsSession
{
    private const int MaxTypes = 64;
    private const int MaxUnanswered = 64;

    private readonly Dictionary<string, Subscription> _types = new(StringComparer.Ordinal);
    private readonly HashSet<string> _changed = new(StringComparer.Ordinal);
    private readonly IXdsView _view;
    private readonly PushCycle _cycle;
    private long _nonces;

    /// <param name="view">What the client may see.</param>
    /// <param name="options">Limits.</param>
    /// <param name="isAggregated">Whether the stream may carry all types.</param>
    protected XdsSession(IXdsView view, XdsServerOptions options, bool isAggregated)
    {
        (_view, Options, IsAggregated) = (view, options, isAggregated);
        _cycle = new(this, view, options);
    }

    /// <summary>Whether a response has no answer yet.</summary>
    public bool IsWaiting => _types.Values.Any(type => type.Unanswered.Count > 0);

    /// <summary>The name for everything.</summary>
    protected const string Everything = "*";

    /// <summary>Limits.</summary>
    protected XdsServerOptions Options { get; }

    /// <summary>Whether the stream may carry all types.</summary>
    internal bool IsAggregated { get; }

    /// <summary>Clusters that were sent and whose endpoints were not yet, by the name of their endpoints.</summary>
    internal HashSet<string> Unwarmed { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether a complete state of the type can be told from a partial one: state of the world of clusters and listeners.</summary>
    protected static bool IsRoot(string type) => type is XdsTypes.Cluster or XdsTypes.Listener;

    /// <summary>Brings the client nearer to the newest snapshot, as far as its answers allow.</summary>
    public ValueTask AdvanceAsync() => _cycle.AdvanceAsync();

    /// <summary>How long there is nothing to do unless the client says something or something changes.</summary>
    public TimeSpan Rest()
    {
        var oldest = _types.Values.Where(type => type.Unanswered.Count > 0).Select(type => type.Unanswered.Peek().At).DefaultIfEmpty(DateTimeOffset.MaxValue).Min();
        if (oldest == DateTimeOffset.MaxValue) return _cycle.Rest();
        var rest = oldest + Options.MaxSilence - Options.Time.GetUtcNow();
        return rest > TimeSpan.Zero ? rest : TimeSpan.Zero;
    }

    /// <summary>A client that has not answered for long is treated as if it had.</summary>
    public void GiveUpWaiting()
    {
        var limit = Options.Time.GetUtcNow() - Options.MaxSilence;
        foreach (var type in _types.Values)
        {
            while (type.Unanswered.TryPeek(out var oldest) && oldest.At <= limit) type.Unanswered.Dequeue();
        }
    }

    /// <summary>States of the types in which something happened since the last time.</summary>
    public List<XdsTypeState> TakeStates()
    {
        var states = _changed.Select(type => _types[type].State()).ToList();
        _changed.Clear();
        return states;
    }

    /// <summary>The state of a type; null: the client does not ask for it.</summary>
    internal Subscription? Find(string type) => _types.GetValueOrDefault(type);

    /// <summary>Something happened to a type.</summary>
    internal void Touch(Subscription type) => _changed.Add(type.Type);

    /// <summary>Tells a client of changes; nothing if there are none.</summary>
    /// <param name="type">Of this type.</param>
    /// <param name="changed">New or changed.</param>
    /// <param name="gone">Not there, or not there any more.</param>
    internal abstract ValueTask SendAsync(Subscription type, IReadOnlyList<XdsResource> changed, IReadOnlyList<string> gone);

    /// <summary>
    /// A client that got a cluster anew waits for its endpoints, even if they are the same: Envoy warms a cluster only when an assignment arrives.
    /// </summary>
    /// <returns>Whether there are any to be sent again.</returns>
    internal bool ForgetEndpoints(IReadOnlyList<XdsResource> clusters)
    {
        var endpoints = Find(XdsTypes.Endpoints);
        var any = false;
        foreach (var cluster in clusters)
        {
            if (ClusterEndpoints.NameOf(cluster) is not { } name) continue;
            if (Unwarmed.Count < Options.MaxNames) Unwarmed.Add(name);
            any |= endpoints?.Sent.Remove(name) == true;
        }

        return any;
    }

    /// <summary>The state of a type; made if this is its first request on the stream.</summary>
    protected Subscription TypeOf(string typeUrl, out bool first)
    {
        first = !_types.TryGetValue(typeUrl, out var type);
        if (type is null)
        {
            if (_types.Count >= MaxTypes) throw new Grpc.GrpcException(Grpc.GrpcStatusCode.ResourceExhausted, $"a stream may ask for {MaxTypes} types");
            _types[typeUrl] = type = new Subscription(typeUrl);
        }

        _changed.Add(typeUrl);
        return type;
    }

    /// <summary>Notes the answer to a response; one to a later response stands for those before it.</summary>
    protected void NoteAnswer(Subscription type, string nonce, string? refusal)
    {
        if (!type.Unanswered.Any(response => response.Nonce == nonce)) return; // Old, or of another stream.
        type.AnsweredAt = Options.Time.GetUtcNow();
        SentResponse response;
        do
        {
            response = type.Unanswered.Dequeue();
            if (refusal is not null && response.Nonce == nonce) Refuse(type, response, XdsRefusal.Cut(refusal));
            else Accept(type, response, response.Versions);
        }
        while (response.Nonce != nonce);
    }

    /// <summary>Throws if a client wants more than it may.</summary>
    protected void CheckNames()
    {
        if (_types.Values.Sum(type => type.Names.Count) > Options.MaxNames)
            throw new Grpc.GrpcException(Grpc.GrpcStatusCode.ResourceExhausted, $"a client may subscribe to {Options.MaxNames} names");
    }

    /// <summary>What a request asks for that differs from what the client was sent; what is gone leaves as after a push.</summary>
    protected (List<XdsResource> Changed, List<string> Missing) TakeAdditions(Subscription type)
    {
        var (snapshot, before) = _cycle.SnapshotOf(type.Type);
        var (changed, missing) = type.TakeAdditions(snapshot, before);
        _cycle.LetGo(type);
        if (type.Type == XdsTypes.Listener) missing.AddRange(type.TakeGone(long.MaxValue));
        return (changed, missing);
    }

    /// <summary>After clusters were sent on request: their endpoints again, if the client asks for them on this stream.</summary>
    protected async ValueTask RepeatEndpointsAsync(IReadOnlyList<XdsResource> clusters)
    {
        if (!ForgetEndpoints(clusters)) return;
        var endpoints = Find(XdsTypes.Endpoints)!;
        var (changed, missing) = TakeAdditions(endpoints);
        await SendAsync(endpoints, changed, missing).ConfigureAwait(false);
    }

    /// <summary>What the client is at with a type.</summary>
    protected IXdsSnapshot SnapshotOf(string type) => _cycle.SnapshotOf(type).Snapshot;

    /// <summary>A nonce for a response, which from now on waits for its answer.</summary>
    protected string Remember(Subscription type, IEnumerable<XdsResource> resources, IReadOnlyList<string> gone, bool complete, string version = "")
    {
        var versions = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var resource in resources) versions[resource.Name] = resource.Version;
        var nonce = (++_nonces).ToString("x", CultureInfo.InvariantCulture);
        type.Last = new(nonce, version, versions, gone, complete, Options.Time.GetUtcNow());
        type.Unanswered.Enqueue(type.Last);
        if (type.Unanswered.Count > MaxUnanswered) type.Unanswered.Dequeue(); // A client that asks and asks and never answers.
        if (type.Type == XdsTypes.Endpoints)
        {
            Unwarmed.ExceptWith(versions.Keys);
            Unwarmed.ExceptWith(gone);
        }

        _changed.Add(type.Type);
        return nonce;
    }

    private void Accept(Subscription type, SentResponse response, IEnumerable<KeyValuePair<string, string>> accepted)
    {
        if (response.Complete) type.Held = type.Held.RemoveRange(type.Held.Keys.Where(name => !response.Versions.ContainsKey(name)).ToArray());
        accepted = accepted.Where(one => type.Wants(one.Key)).ToArray();
        type.Held = type.Held.SetItems(accepted).RemoveRange(response.Gone);
        if (!type.Refused.IsEmpty) type.Refused = type.Refused.RemoveRange(accepted.Select(one => one.Key));
        _view.Accepted(type.Type, type.Held);
    }

    private void Refuse(Subscription type, SentResponse response, string reason)
    {
        var refused = XdsRefusal.Meant(response.Versions, reason);
        if (refused.Count < response.Versions.Count) Accept(type, response, response.Versions.Where(one => !refused.ContainsKey(one.Key)));
        type.Refused = type.Refused.SetItems(refused.Select(
            one => KeyValuePair.Create(one.Key, new XdsRefusal(one.Value, reason, type.AnsweredAt!.Value))));
        _view.Refused(type.Type, refused, reason);
    }
}
