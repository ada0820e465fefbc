using System.Collections.Immutable;

namespace Meltemi.Xds.Server;

/// <summary>One type of resource on one stream: what the client wants, what it was sent, what it said it holds.</summary>
internal sealed class Subscription(string type)
{
    /// <summary>In <see cref="Sent"/> the version of a resource that the client was told is not there.</summary>
    public const string Missing = "";

    /// <summary>Type URL.</summary>
    public string Type { get; } = type;

    /// <summary>Everything is wanted, whatever the names say.</summary>
    public bool Wildcard { get; set; }

    /// <summary>Names were given on this stream: with state of the world, no names from then on means nothing rather than everything.</summary>
    public bool WasNamed { get; set; }

    /// <summary>What is wanted by name, there or not.</summary>
    public HashSet<string> Names { get; } = new(StringComparer.Ordinal);

    /// <summary>Versions sent last, refused ones too: nothing is sent twice.</summary>
    public Dictionary<string, string> Sent { get; } = new(StringComparer.Ordinal);

    /// <summary>Versions that the client accepted.</summary>
    public ImmutableDictionary<string, string> Held { get; set; } = ImmutableDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Responses that the client has not answered yet, in order.</summary>
    public Queue<SentResponse> Unanswered { get; } = new();

    /// <summary>Nonce of the last response; empty: none yet.</summary>
    public string LastNonce { get; set; } = "";

    /// <summary>Whether a resource of this name is wanted.</summary>
    public bool Wants(string name) => Wildcard || Names.Contains(name);

    /// <summary>What the client does not want any more is neither sent nor held.</summary>
    public void ForgetUnwanted()
    {
        foreach (var name in Sent.Keys.Where(name => !Wants(name)).ToArray())
        {
            Sent.Remove(name);
            Held = Held.Remove(name);
        }
    }

    /// <summary>What the client has to be told to have what it wants of a snapshot. Takes it for told.</summary>
    public (List<XdsResource> Changed, List<string> Gone) TakeChanges(IXdsSnapshot snapshot)
    {
        var changed = new List<XdsResource>();
        var present = new HashSet<string>(StringComparer.Ordinal);
        if (Wildcard)
        {
            foreach (var resource in snapshot.All(Type)) Take(resource);
        }

        foreach (var name in Names)
        {
            if (!present.Contains(name) && snapshot.Find(Type, name) is { } resource) Take(resource);
        }

        var gone = Sent.Where(sent => sent.Value != Missing && !present.Contains(sent.Key)).Select(sent => sent.Key).ToList();
        gone.AddRange(Names.Where(name => !present.Contains(name) && !Sent.ContainsKey(name)));
        foreach (var name in gone)
        {
            if (Names.Contains(name)) Sent[name] = Missing;
            else Sent.Remove(name);
        }

        return (changed, gone);

        void Take(XdsResource resource)
        {
            present.Add(resource.Name);
            if (Sent.TryGetValue(resource.Name, out var version) && version == resource.Version) return;
            Sent[resource.Name] = resource.Version;
            changed.Add(resource);
        }
    }
}

/// <summary>A response that waits for its answer.</summary>
/// <param name="Nonce">Its nonce.</param>
/// <param name="Versions">Name to version of what it held.</param>
/// <param name="Gone">Names that it said are gone.</param>
/// <param name="Complete">It held everything there is: what it does not name is gone.</param>
internal sealed record SentResponse(string Nonce, IReadOnlyDictionary<string, string> Versions, IReadOnlyList<string> Gone, bool Complete);
