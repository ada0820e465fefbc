namespace Meltemi.Program.Demo.Traffic;

/// <summary>What became of all calls. Safe from many threads.</summary>
internal sealed class Ledger
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<(string Service, string Version, string Method), (Tally Second, Tally All)> _rows = [];
    private readonly Dictionary<string, (Tally Second, Tally All)> _services =
        DemoService.All.ToDictionary(service => service, _ => (new Tally(), new Tally()));

    private readonly Dictionary<(DemoRules Rules, string Service), Shares> _shares = [];

    /// <summary>Failed calls that no stopped instance explains.</summary>
    public int Unexplained { get; private set; }

    /// <summary>The last failure; null: there was none.</summary>
    public string? LastError { get; private set; }

    /// <param name="call">What happened.</param>
    /// <param name="period">The period that it belongs to as a whole; null: none.</param>
    /// <param name="explained">An instance was stopped or the routes were written by hand meanwhile, which may well make calls fail.</param>
    public void Add(Call call, Period? period, bool explained)
    {
        lock (_lock)
        {
            Note(_services[call.Service], call);
            var key = (call.Service, call.Version ?? "-", call.Method);
            if (!_rows.TryGetValue(key, out var row)) _rows[key] = row = (new Tally(), new Tally());
            Note(row, call);
            if (call.Error is not null)
            {
                LastError = $"{call.Service} {call.Method}: {call.Error}";
                if (!explained) Unexplained++;
            }
            else if (period is not null)
            {
                SharesOf(period.Rules, call.Service).Add(call);
            }
        }
    }

    /// <summary>The rows by service, version (<c>-</c>: nobody answered) and method, with what was since the last time.</summary>
    public Snapshot TakeSecond()
    {
        lock (_lock)
        {
            var snapshot = new Snapshot(
                [.. _rows.Select(row => Row(row.Key, row.Value))],
                _services.ToDictionary(service => service.Key, service => (service.Value.Second.Read(), service.Value.All.Read())));
            foreach (var (second, _) in _rows.Values) second.Clear();
            foreach (var (second, _) in _services.Values) second.Clear();
            return snapshot;
        }
    }

    /// <summary>The shares that calls under these rules came to.</summary>
    public ShareCount CountShares(DemoRules rules, string service)
    {
        lock (_lock) return (_shares.GetValueOrDefault((rules, service)) ?? new Shares(rules)).Read();
    }

    /// <summary>All shares of which there are calls, by rules in the order of their first call, then by service.</summary>
    public (string Service, ShareCount Count)[] AllShares()
    {
        lock (_lock)
        {
            return [.. _shares.GroupBy(entry => entry.Key.Rules).SelectMany(
                rules => rules.OrderBy(entry => entry.Key.Service).Select(entry => (entry.Key.Service, entry.Value.Read())))];
        }
    }

    private Shares SharesOf(DemoRules rules, string service)
    {
        if (!_shares.TryGetValue((rules, service), out var shares)) _shares[(rules, service)] = shares = new Shares(rules);
        return shares;
    }

    private static RowSnapshot Row((string Service, string Version, string Method) key, (Tally Second, Tally All) row) =>
        new(key.Service, key.Version, key.Method, row.Second.Read(), row.All.Read());

    private static void Note((Tally Second, Tally All) row, Call call)
    {
        row.Second.Add(call);
        row.All.Add(call);
    }
}
