using System.Collections.Immutable;
using Meltemi.Codec;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Telemetry;
using Meltemi.Proxy.Telemetry.AccessLog;

namespace Meltemi.Proxy.Routing.Templates;

/// <summary>The changes that a route makes to requests, or to answers, in order. Immutable, shared by all loops.</summary>
internal sealed class ChangeList
{
    private readonly ChangeTemplate[] _changes;

    public ChangeList(ImmutableArray<MutationConfig> changes, AccessLogKeys keys)
    {
        _changes = [.. changes.Select(change => new ChangeTemplate(change, keys))];
        HasTemplates = _changes.Any(change => change.Fixed is null);
        if (HasTemplates || _changes.Length == 0) return;
        Fixed = new Mutation();
        foreach (var change in _changes) Fixed.Append(change.Fixed!.Value);
    }

    /// <summary>Whether a value is made anew for each message.</summary>
    public bool HasTemplates { get; }

    /// <summary>The changes, if they are the same for all messages; not to be changed itself.</summary>
    public Mutation Fixed { get; } = Mutation.None;

    /// <summary>Adds the changes for a message to a mutation. Their values stand in <paramref name="text"/>, which must stay as it is as long.</summary>
    public void Render(in AccessLogEntry entry, Utf8Buffer text, Mutation mutation)
    {
        // All values first, since the text moves while it grows.
        Span<int> ends = stackalloc int[_changes.Length];
        for (var i = 0; i < _changes.Length; i++)
        {
            var there = _changes[i].Fixed is not null || _changes[i].Write(entry, text);
            ends[i] = there ? text.Length : ~text.Length;
        }

        var written = text.WrittenMemory;
        var start = 0;
        for (var i = 0; i < _changes.Length; i++)
        {
            var change = _changes[i];
            var end = ends[i] < 0 ? ~ends[i] : ends[i];
            if (change.Fixed is { } same) mutation.Append(same);
            else if (ends[i] >= 0) mutation.Append(new Change(change.Kind, change.Key, written[start..end]));
            start = end;
        }
    }
}
