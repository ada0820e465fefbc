using System.Collections.Immutable;

namespace Meltemi.Xds.Server;

/// <summary>How far a client is with one type.</summary>
public sealed record XdsTypeState
{
    /// <summary>Type URL.</summary>
    public required string Type { get; init; }

    /// <summary>It wants everything.</summary>
    public bool Wildcard { get; init; }

    /// <summary>How many names it gave.</summary>
    public int Names { get; init; }

    /// <summary>Those of them that are not there.</summary>
    public ImmutableArray<string> Missing { get; init; } = [];

    /// <summary>What it accepted, name to version.</summary>
    public ImmutableDictionary<string, string> Held { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>What it refused and has not accepted since, by name.</summary>
    public ImmutableDictionary<string, XdsRefusal> Refused { get; init; } = ImmutableDictionary<string, XdsRefusal>.Empty;

    /// <summary>Responses that it has not answered, oldest first.</summary>
    public ImmutableArray<SentResponse> InFlight { get; init; } = [];

    /// <summary>The last response; null: none yet.</summary>
    public SentResponse? Last { get; init; }

    /// <summary>When it last answered; null: never.</summary>
    public DateTimeOffset? AnsweredAt { get; init; }

    /// <summary>It runs by all that it was sent.</summary>
    public bool InSync => InFlight.IsEmpty && Refused.IsEmpty;

    /// <summary>Since when it is (or is not) in sync.</summary>
    public DateTimeOffset? Since => !InFlight.IsEmpty ? InFlight[0].At : Refused.IsEmpty ? AnsweredAt : Refused.Values.Min(refusal => refusal.At);
}

/// <summary>A response that a client was sent.</summary>
/// <param name="Nonce">Its nonce.</param>
/// <param name="Version">Its version, or that of the system.</param>
/// <param name="Versions">Name to version of what it held.</param>
/// <param name="Gone">Names that it said are gone.</param>
/// <param name="Complete">It held everything there is: what it does not name is gone.</param>
/// <param name="At">When it was sent.</param>
public sealed record SentResponse(
    string Nonce, string Version, IReadOnlyDictionary<string, string> Versions, IReadOnlyList<string> Gone, bool Complete, DateTimeOffset At);
