using System.Collections.Immutable;

namespace Meltemi.Xds.Server;

/// <summary>One type of resource on one stream: what the client wants, what it was sent, what it said it holds.</summary>
internal sealed class Subscription(string type)
{
    // In Sent the version of a resource that the client was told is not there.
    private const string Missing = "";

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

    /// <summary>What is not there any more and not yet taken from the client.</summary>
    public Dictionary<string, Leaving> Leaving { get; } = new(StringComparer.Ordinal);

    /// <summary>Versions that the client accepted.</summary>
    public ImmutableDictionary<string, string> Held { get; set; } = ImmutableDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>What the client refused and has not accepted since.</summary>
    public ImmutableDictionary<string, XdsRefusal> Refused { get; set; } = ImmutableDictionary.Create<string, XdsRefusal>(StringComparer.Ordinal);

    /// <summary>Responses that the client has not answered yet, in order.</summary>
    public Queue<SentResponse> Unanswered { get; } = new();

    /// <summary>The last response; null: none yet.</summary>
    public SentResponse? Last { get; set; }

    /// <summary>When the client last answered; null: never.</summary>
    public DateTimeOffset? AnsweredAt { get; set; }

    /// <summary>Anything is wanted.</summary>
    public bool IsInterested => Wildcard || Names.Count > 0;

    /// <summary>Whether a resource of this name is wanted.</summary>
    public bool Wants(string name) => Wildcard || Names.Contains(name);

    /// <summary>What the client does not want any more is neither sent nor held.</summary>
    public void ForgetUnwanted()
    {
        foreach (var name in Sent.Keys.Where(name => !Wants(name)).ToArray()) Sent.Remove(name);
        foreach (var name in Leaving.Keys.Where(name => !Wants(name)).ToArray()) Leaving.Remove(name);
        Held = Held.RemoveRange(Held.Keys.Where(name => !Wants(name)).ToArray());
        Refused = Refused.RemoveRange(Refused.Keys.Where(name => !Wants(name)).ToArray());
    }

    /// <summary>
    /// What the client has to be told to have what it wants of a snapshot: what is new or changed, and names that it asked for and that are not there. Takes it
    /// for told. What is there no more begins to leave.
    /// </summary>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="before">The one before, while the client is brought from it to this one: names that are only there are sent all the same, and leave.</param>
    public (List<XdsResource> Changed, List<string> Missing) TakeAdditions(IXdsSnapshot snapshot, IXdsSnapshot before)
    {
        var changed = new List<XdsResource>();
        var present = new HashSet<string>(StringComparer.Ordinal);
        if (Wildcard)
        {
            foreach (var resource in snapshot.All(Type)) Take(resource);
        }

        foreach (var name in Names)
        {
            if (present.Contains(name)) continue;
            if (snapshot.Find(Type, name) is { } resource) Take(resource);
            else if (!Sent.ContainsKey(name) && before.Find(Type, name) is { } old) Add(old);
        }

        var missing = Names.Where(name => !present.Contains(name) && !Sent.ContainsKey(name)).ToList();
        foreach (var (name, version) in Sent)
        {
            if (version != Missing && !present.Contains(name)) Leaving.TryAdd(name, new(before.Find(Type, name)));
        }

        foreach (var name in missing) Sent[name] = Missing;
        return (changed, missing);

        void Take(XdsResource resource)
        {
            present.Add(resource.Name);
            Leaving.Remove(resource.Name);
            if (Sent.TryGetValue(resource.Name, out var version) && version == resource.Version) return;
            Add(resource);
        }

        void Add(XdsResource resource)
        {
            Sent[resource.Name] = resource.Version;
            changed.Add(resource);
        }
    }

    /// <summary>What leaves may go at this time, unless it has its time already.</summary>
    public void LetGo(long at)
    {
        foreach (var leaving in Leaving.Values) leaving.GoesAt = Math.Min(leaving.GoesAt, at);
    }

    /// <summary>Names whose time to go has come. Takes the client for told.</summary>
    public List<string> TakeGone(long now)
    {
        var gone = new List<string>();
        foreach (var (name, leaving) in Leaving)
        {
            if (leaving.GoesAt > now) continue;
            gone.Add(name);
            if (Names.Contains(name)) Sent[name] = Missing;
            else Sent.Remove(name);
        }

        foreach (var name in gone) Leaving.Remove(name);
        Refused = Refused.RemoveRange(gone);
        return gone;
    }

    /// <summary>As others may see it.</summary>
    public XdsTypeState State() => new()
    {
        Type = Type,
        Wildcard = Wildcard,
        Names = Names.Count,
        Missing = [.. Sent.Where(one => one.Value == Missing).Select(one => one.Key)],
        Held = Held,
        Refused = Refused,
        InFlight = [.. Unanswered],
        Last = Last,
        AnsweredAt = AnsweredAt,
    };
}

/// <summary>A resource that is there no more.</summary>
/// <param name="body">As the client has it; null: not known.</param>
internal sealed class Leaving(XdsResource? body)
{
    /// <summary>As the client has it; null: not known.</summary>
    public XdsResource? Body { get; } = body;

    /// <summary>When the client may be told, in ticks of the clock.</summary>
    public long GoesAt { get; set; } = long.MaxValue;
}
