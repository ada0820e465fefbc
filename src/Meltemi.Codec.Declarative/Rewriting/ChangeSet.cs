using Meltemi.Codec.Declarative.Layouts;

namespace Meltemi.Codec.Declarative.Rewriting;

/// <summary>
/// The changes of one mutation by the fields that they change, with the keys that stand in those. Each loop has one, which it uses again and again.
/// </summary>
internal sealed class ChangeSet
{
    [ThreadStatic]
    private static ChangeSet? _own;

    // Digits of tags as keys; few protocols have more.
    private static readonly byte[][] Digits = [.. Enumerable.Range(0, 1024).Select(tag => System.Text.Encoding.ASCII.GetBytes($"{tag}"))];

    private readonly Dictionary<int, Mutation> _scratch = [];

    private bool _used;
    private Mutation? _only;
    private int _onlyField;

    /// <summary>The thread's own.</summary>
    public static ChangeSet Own => _own ??= new();

    /// <summary>Sorts the changes; false if one of them cannot be made.</summary>
    public bool Set(MutationRouter router, Mutation mutation)
    {
        if (_used) Forget();
        _only = null;
        var first = router.Find(mutation.Changes[0]).Field;
        var simple = true;
        foreach (ref readonly var change in mutation.Changes)
        {
            var route = router.Find(change);
            if (route.Field < 0) return false;
            simple &= route.Field == first && route.Tag < 0 && (route.Key is null || change.Key.Span.SequenceEqual(route.Key));
        }

        if (simple)
        {
            (_only, _onlyField) = (mutation, first);
            return true;
        }

        _used = true;
        foreach (ref readonly var change in mutation.Changes)
        {
            var route = router.Find(change);
            if (!_scratch.TryGetValue(route.Field, out var changes)) _scratch[route.Field] = changes = new();
            ReadOnlyMemory<byte> key = route.Tag >= 0 ? TagKey(route.Tag) : route.Key ?? change.Key;
            changes.Append(new Change(change.Kind, key, change.Value));
        }

        return true;
    }

    /// <summary>The changes of a field; null: none.</summary>
    public Mutation? Of(int field)
    {
        if (_only is not null) return _onlyField == field ? _only : null;
        return _scratch.TryGetValue(field, out var changes) && !changes.IsEmpty ? changes : null;
    }

    private void Forget()
    {
        _used = false;
        foreach (var changes in _scratch.Values) changes.Clear();
    }

    private static byte[] TagKey(long tag) => tag < Digits.Length ? Digits[tag] : System.Text.Encoding.ASCII.GetBytes($"{tag}");
}
