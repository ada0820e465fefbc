using System.Collections.Immutable;

namespace Meltemi.Xds.Server;

/// <summary>
/// What one client is sent, and when; the two dialects (state of the world, delta) say how. Works on one snapshot at a time, so that everything a client has
/// fits together:
/// <code>
///   request ----> answered at once, from the snapshot that the client is at
///   change  ----> when every response was answered: clusters, endpoints, listeners, routes of the newest snapshot that changed,
///                 then what is gone of routes, clusters, endpoints (make before break)
/// </code>
/// One thread at a time.
/// </summary>
internal abstract class XdsSession(IXdsView view, XdsServerOptions options)
{
    private readonly Dictionary<string, Subscription> _types = new(StringComparer.Ordinal);
    private IXdsSnapshot _snapshot = view.Current;
    private long _nonces;

    /// <summary>Whether a response has no answer yet.</summary>
    public bool IsWaiting => _types.Values.Any(type => type.Unanswered.Count > 0);

    /// <summary>Limits.</summary>
    protected XdsServerOptions Options { get; } = options;

    /// <summary>The snapshot that the client is at.</summary>
    protected IXdsSnapshot Snapshot => _snapshot;

    /// <summary>Whether a complete state of the type can be told from a partial one: state of the world of clusters and listeners.</summary>
    protected static bool IsRoot(string type) => type is XdsTypes.Cluster or XdsTypes.Listener;

    /// <summary>Brings the client to the newest snapshot.</summary>
    public async ValueTask PushAsync()
    {
        var before = _snapshot;
        _snapshot = view.Current;
        if (ReferenceEquals(before, _snapshot)) return;
        var later = new List<(Subscription Type, List<string> Gone)>();
        foreach (var type in InOrder())
        {
            var (changed, gone) = type.TakeChanges(_snapshot);
            if (type.Type == XdsTypes.Cluster) ForgetEndpoints(changed);
            if (type.Type == XdsTypes.Listener || gone.Count == 0)
            {
                await SendAsync(type, changed, gone, []).ConfigureAwait(false);
                continue;
            }

            var staying = gone.Select(name => before.Find(type.Type, name)).OfType<XdsResource>().ToArray();
            await SendAsync(type, changed, [], staying).ConfigureAwait(false);
            later.Add((type, gone));
        }

        foreach (var (type, gone) in later) await SendAsync(type, [], gone, []).ConfigureAwait(false);
    }

    /// <summary>The client does not answer: go on as if it had.</summary>
    public void GiveUpWaiting()
    {
        foreach (var type in _types.Values) type.Unanswered.Clear();
    }

    /// <summary>The state of a type; null and made if this is its first request on the stream.</summary>
    protected Subscription TypeOf(string typeUrl, out bool first)
    {
        first = !_types.TryGetValue(typeUrl, out var type);
        if (type is null) _types[typeUrl] = type = new Subscription(typeUrl);
        return type;
    }

    /// <summary>Notes the answer to a response; one to a later response stands for those before it.</summary>
    protected void NoteAnswer(Subscription type, string nonce, string? refusal)
    {
        if (!type.Unanswered.Any(response => response.Nonce == nonce)) return; // Old, or of another stream.
        SentResponse response;
        do
        {
            response = type.Unanswered.Dequeue();
            var refused = refusal is not null && response.Nonce == nonce ? RefusedOf(response, refusal) : ImmutableDictionary<string, string>.Empty;
            var accepted = response.Versions.Where(one => !refused.ContainsKey(one.Key) && type.Wants(one.Key));
            if (response.Complete) type.Held = type.Held.RemoveRange(type.Held.Keys.Where(name => !response.Versions.ContainsKey(name)));
            type.Held = type.Held.SetItems(accepted).RemoveRange(response.Gone);
            if (refused.Count < response.Versions.Count || refusal is null) view.Accepted(type.Type, type.Held);
            if (refused.Count > 0 || (refusal is not null && response.Nonce == nonce)) view.Refused(type.Type, refused, refusal!);
        }
        while (response.Nonce != nonce);
    }

    /// <summary>Throws if a client wants more than it may.</summary>
    protected void CheckNames()
    {
        if (_types.Values.Sum(type => type.Names.Count) > Options.MaxNames)
            throw new XdsRefusedException($"a client may subscribe to {Options.MaxNames} names");
    }

    /// <summary>
    /// A client that got a cluster anew waits for its endpoints, even if they are the same: Envoy warms a cluster only when an assignment arrives.
    /// </summary>
    protected async ValueTask RepeatEndpointsAsync(IReadOnlyList<XdsResource> clusters)
    {
        if (!ForgetEndpoints(clusters)) return;
        var endpoints = _types[XdsTypes.Endpoints];
        var (changed, gone) = endpoints.TakeChanges(_snapshot);
        await SendAsync(endpoints, changed, gone, []).ConfigureAwait(false);
    }

    /// <summary>A nonce for a response, which from now on waits for its answer.</summary>
    protected string Remember(Subscription type, IEnumerable<XdsResource> resources, IReadOnlyList<string> gone, bool complete)
    {
        var versions = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var resource in resources) versions[resource.Name] = resource.Version;
        type.LastNonce = (++_nonces).ToString("x", System.Globalization.CultureInfo.InvariantCulture);
        type.Unanswered.Enqueue(new(type.LastNonce, versions, gone, complete));
        return type.LastNonce;
    }

    /// <summary>Parts that each fit into a response.</summary>
    protected IEnumerable<IReadOnlyList<XdsResource>> Divide(IReadOnlyList<XdsResource> resources)
    {
        var (start, size) = (0, 0L);
        for (var i = 0; i < resources.Count; i++)
        {
            var next = resources[i].Body.Length + resources[i].Name.Length + resources[i].Type.Length + 64;
            if (i > start && size + next > Options.MaxResponseBytes)
            {
                yield return new ArraySegmentList(resources, start, i - start);
                (start, size) = (i, 0);
            }

            size += next;
        }

        if (start < resources.Count || resources.Count == 0) yield return new ArraySegmentList(resources, start, resources.Count - start);
    }

    /// <summary>Tells a client of changes; nothing if there are none.</summary>
    /// <param name="type">Of this type.</param>
    /// <param name="changed">New or changed.</param>
    /// <param name="gone">Not there any more.</param>
    /// <param name="staying">Not there any more but not to be told yet.</param>
    protected abstract ValueTask SendAsync(
        Subscription type, IReadOnlyList<XdsResource> changed, IReadOnlyList<string> gone, IReadOnlyList<XdsResource> staying);

    private bool ForgetEndpoints(IReadOnlyList<XdsResource> clusters)
    {
        if (!_types.TryGetValue(XdsTypes.Endpoints, out var endpoints)) return false;
        var forgotten = false;
        foreach (var cluster in clusters) forgotten |= endpoints.Sent.Remove(cluster.Name);
        return forgotten;
    }

    // Which resources of a response a client means: those that it names, else all.
    private static ImmutableDictionary<string, string> RefusedOf(SentResponse response, string reason)
    {
        var named = response.Versions.Where(one => reason.Contains(one.Key, StringComparison.Ordinal)).ToImmutableDictionary(StringComparer.Ordinal);
        return named.IsEmpty ? response.Versions.ToImmutableDictionary(StringComparer.Ordinal) : named;
    }

    private IEnumerable<Subscription> InOrder()
    {
        foreach (var typeUrl in XdsTypes.InOrder)
        {
            if (_types.TryGetValue(typeUrl, out var type)) yield return type;
        }
    }

    /// <summary>A part of a list.</summary>
    private sealed class ArraySegmentList(IReadOnlyList<XdsResource> list, int start, int count) : IReadOnlyList<XdsResource>
    {
        public int Count => count;

        public XdsResource this[int index] => list[start + index];

        public IEnumerator<XdsResource> GetEnumerator()
        {
            for (var i = 0; i < count; i++) yield return list[start + i];
        }

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
