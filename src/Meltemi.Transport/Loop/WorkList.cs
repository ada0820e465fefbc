namespace Meltemi.Transport;

/// <summary>
/// Connections with something to be done. What is added while the list is worked off waits for the next time, so that connections
/// that keep each other busy cannot keep the loop from its other work.
/// </summary>
internal sealed class WorkList
{
    private Connection[] _adding = new Connection[64];
    private Connection[] _taking = new Connection[64];
    private int _count;
    private int _taken;

    public bool IsEmpty => _count == 0;

    public int Count => _count;

    public void Add(Connection connection)
    {
        if (_count == _adding.Length)
            Array.Resize(ref _adding, _count * 2);
        _adding[_count++] = connection;
    }

    /// <summary>All that was added since; valid until the next call.</summary>
    public ReadOnlySpan<Connection> Take()
    {
        if (_count == 0 && _taken == 0)
            return default;
        Array.Clear(_taking, 0, _taken); // no closed connection is kept alive by an old list
        (_adding, _taking) = (_taking, _adding);
        _taken = _count;
        _count = 0;
        return _taking.AsSpan(0, _taken);
    }
}
