using System.Collections.Immutable;
using System.Text.Json;
using Meltemi.ControlPlane.Stores;
using Meltemi.ControlPlane.Stores.Table;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Status;

/// <summary>
/// How far resources got with the proxies of all controllers on one store. Each says what it knows of its own proxies, and everybody adds up the same:
/// <code>
///   controllers/CONTROLLER                         ready, or starting
///   uses/CONTROLLER/GROUP/PLURAL/NAMESPACE/NAME    {"uid":"..","generation":3,"uses":2,"runs":1,"refused":1,"refusals":[{"proxy":"..","reason":".."}]}
/// </code>
/// What a controller said goes with it. One that is ready and has not spoken of a generation yet is waited for, so that nothing is called programmed before
/// all proxies had a chance.
/// </summary>
internal sealed class SharedUses
{
    private const string Controllers = "controllers/", Uses = "uses/", Ready = "ready", Starting = "starting";
    private const int MostRefusals = 5, LongestReason = 500;

    private readonly ISharedRecords _records;
    private readonly Action<ResourceKey> _changed;
    private readonly Action _allChanged;
    private readonly Lock _gate = new();
    private ImmutableSortedSet<string> _others = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <param name="records">Where it is shared.</param>
    /// <param name="changed">Is told when another controller spoke of a resource.</param>
    /// <param name="allChanged">Is told when other controllers came or went.</param>
    public SharedUses(ISharedRecords records, Action<ResourceKey> changed, Action allChanged)
    {
        (_records, _changed, _allChanged) = (records, changed, allChanged);
        records.Changed += TakeIn;
        TakeIn(records.Names);
        records.Say(Controllers + records.Self, Starting);
    }

    /// <summary>Everything that is there was spoken of: from now on others wait for this controller.</summary>
    public void SayReady() => _records.Say(Controllers + _records.Self, Ready);

    /// <summary>Says how far a resource got with this controller's proxies.</summary>
    public void Say(Resource resource, ProxyUse own)
    {
        var refusals = own.Refusals.Take(MostRefusals).Select(refusal => refusal with { Reason = Short(refusal.Reason) });
        var part = new Part(resource.Meta.Uid, resource.Meta.Generation, own.Uses, own.Runs, own.Refused, [.. refusals]);
        _records.Say(NameOf(_records.Self, resource.Key), JsonSerializer.Serialize(part, JsonSerializerOptions.Web));
    }

    /// <summary>A resource is gone.</summary>
    public void Forget(ResourceKey key) => _records.Say(NameOf(_records.Self, key), null);

    /// <summary>How far a resource got with everybody's proxies.</summary>
    public ProxyUse Add(Resource resource, ProxyUse own)
    {
        var (sum, awaited) = (own, ImmutableArray<string>.Empty);
        foreach (var controller in Volatile.Read(ref _others))
        {
            var part = Read(_records.Find(NameOf(controller, resource.Key))?.Text);
            if (part is null || part.Uid != resource.Meta.Uid || part.Generation != resource.Meta.Generation)
            {
                // What it says of an earlier generation tells how many proxies there are, but not how far they are with this one.
                if (part?.Uid == resource.Meta.Uid) sum = sum with { Uses = sum.Uses + part.Uses };
                if (_records.Find(Controllers + controller)?.Text == Ready) awaited = awaited.Add(controller);
                continue;
            }

            sum = new(sum.Uses + part.Uses, sum.Runs + part.Runs, sum.Refusals.AddRange(part.Refusals)) { Refused = sum.Refused + part.Refused };
        }

        return sum with { Awaited = awaited };
    }

    /// <summary>Listens no more.</summary>
    public void End() => _records.Changed -= TakeIn;

    private void TakeIn(IReadOnlyCollection<string> names)
    {
        var others = false;
        foreach (var name in names)
        {
            if (name.StartsWith(Controllers, StringComparison.Ordinal))
                others |= TakeInController(name, name[Controllers.Length..]);
            else if (name.StartsWith(Uses, StringComparison.Ordinal) && name.Split('/', 3) is [_, var who, var path] && who != _records.Self
                && ResourcePath.TryParse(path, out var key, out _))
                _changed(key);
        }

        if (others) _allChanged();
    }

    private bool TakeInController(string record, string controller)
    {
        if (controller == _records.Self) return false;
        lock (_gate) _others = _records.Find(record) is null ? _others.Remove(controller) : _others.Add(controller);
        return true;
    }

    private static string NameOf(string controller, ResourceKey key) => $"{Uses}{controller}/{ResourcePath.Of(key)}";

    private static string Short(string reason) => reason.Length <= LongestReason ? reason : reason[..LongestReason] + "...";

    private static Part? Read(string? text)
    {
        try
        {
            return text is null ? null : JsonSerializer.Deserialize<Part>(text, JsonSerializerOptions.Web);
        }
        catch (JsonException)
        {
            return null; // Somebody else's scribble: that controller will say it again when it changes.
        }
    }

    private sealed record Part(string Uid, long Generation, int Uses, int Runs, int Refused, ImmutableArray<Refusal> Refusals);
}
