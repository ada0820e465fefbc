namespace Meltemi.Codec;

/// <summary>
/// Changes to a message's attributes, in order. What an attribute is, and whether it can be changed, is the codec's matter.
/// Reused from message to message: <see cref="Clear"/> keeps the arrays.
/// </summary>
public sealed class Mutation
{
    /// <summary>Most changes of one message; configuration is checked against it, and further ones are ignored.</summary>
    public const int MaxChanges = 1024;

    private Change[] _changes = [];

    /// <summary>No changes.</summary>
    public static Mutation None { get; } = new();

    /// <summary>Number of changes.</summary>
    public int Count { get; private set; }

    /// <summary>Whether there is nothing to do.</summary>
    public bool IsEmpty => Count == 0;

    /// <summary>The changes, in the order in which they apply.</summary>
    public ReadOnlySpan<Change> Changes => _changes.AsSpan(0, Count);

    /// <summary>Bytes of all keys and values: an upper bound for what a message grows by, apart from the protocol's own overhead.</summary>
    public int TotalBytes { get; private set; }

    /// <summary>Sets a value, whether or not the key is there.</summary>
    public void Set(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value) => Push(new(ChangeKind.Set, key, value));

    /// <summary>Sets a value only if the key is not there.</summary>
    public void Add(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value) => Push(new(ChangeKind.Add, key, value));

    /// <summary>Sets a value only if the key is there.</summary>
    public void Replace(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value) => Push(new(ChangeKind.Replace, key, value));

    /// <summary>Appends a change.</summary>
    public void Append(in Change change) => Push(change);

    /// <summary>Removes a key; nothing happens if it is not there.</summary>
    public void Remove(ReadOnlyMemory<byte> key) => Push(new(ChangeKind.Remove, key, default));

    /// <summary>Appends the changes of another mutation.</summary>
    public void Append(Mutation other)
    {
        foreach (ref readonly var change in other.Changes) Push(change);
    }

    /// <summary>Forgets all changes.</summary>
    public void Clear()
    {
        if (Count == 0) return;
        _changes.AsSpan(0, Count).Clear();
        Count = 0;
        TotalBytes = 0;
    }

    /// <summary>
    /// Index of the change that decides about <paramref name="key"/>, the last one that names it; -1 if none does. An
    /// <see cref="ChangeKind.Add"/> decides only if the key is absent: then its value is written.
    /// </summary>
    public int IndexOf(ReadOnlySpan<byte> key)
    {
        for (var i = Count - 1; i >= 0; i--)
        {
            if (_changes[i].Key.Span.SequenceEqual(key)) return i;
        }

        return -1;
    }

    private void Push(in Change change)
    {
        if (Count == MaxChanges) return;
        if (Count == _changes.Length) Array.Resize(ref _changes, Math.Max(4, Count * 2));
        _changes[Count++] = change;
        TotalBytes += change.Key.Length + change.Value.Length;
    }
}

/// <summary>One change of a <see cref="Mutation"/>; key and value are UTF-8.</summary>
public readonly record struct Change(ChangeKind Kind, ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value);

/// <summary>What a change does.</summary>
public enum ChangeKind : byte
{
    /// <summary>Replaces or inserts.</summary>
    Set,

    /// <summary>Inserts if absent.</summary>
    Add,

    /// <summary>Removes.</summary>
    Remove,

    /// <summary>Replaces if present.</summary>
    Replace,
}
