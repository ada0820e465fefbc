using Meltemi.Proxy.Hashing;

namespace Meltemi.Proxy.Balancing;

/// <summary>
/// The look-up table of Maglev ("Maglev: A Fast and Reliable Software Network Load Balancer", NSDI 2016, section 3.4): each endpoint
/// has a preference order of all cells, a permutation made from two hashes of its key, and the endpoints take turns at claiming
/// their best free cell. Lighter endpoints sit out turns in proportion to the heaviest, as in Envoy. Immutable.
/// </summary>
public sealed class MaglevTable
{
    private readonly int[] _owners;

    /// <summary>Fills a table.</summary>
    /// <param name="group">The endpoints, at least one.</param>
    /// <param name="size">Number of cells; if not a prime, the next one is taken, else the permutations would not reach all.</param>
    public MaglevTable(EndpointGroup group, int size)
    {
        size = PrimeFrom(size);
        _owners = new int[size];
        Array.Fill(_owners, -1);

        var claims = Array.ConvertAll(group.ByHashKey(), index => new Claim(group.Endpoints[index].HashKey, group.Weights[index], index, size));
        var heaviest = (ulong)group.Weights.Max();
        for (var (turn, free) = (1UL, size); ; turn++)
        {
            foreach (ref var claim in claims.AsSpan())
            {
                if (turn * claim.Weight < claim.NextTurn) continue;
                claim.NextTurn += heaviest;
                var cell = claim.NextCell(size);
                while (_owners[cell] >= 0) cell = claim.NextCell(size);
                _owners[cell] = claim.Index;
                if (--free == 0) return;
            }
        }
    }

    /// <summary>Number of cells.</summary>
    public int Size => _owners.Length;

    /// <summary>Index of the endpoint that a hash belongs to.</summary>
    public int Find(ulong hash) => _owners[hash % (ulong)_owners.Length];

    private static int PrimeFrom(int number)
    {
        number = Math.Max(2, number);
        while (!IsPrime(number)) number++;
        return number;
    }

    private static bool IsPrime(int number)
    {
        for (var divisor = 2; (long)divisor * divisor <= number; divisor++)
        {
            if (number % divisor == 0) return false;
        }

        return true;
    }

    private struct Claim(string key, uint weight, int index, int size)
    {
        public readonly uint Weight = weight;
        public readonly int Index = index;
        public ulong NextTurn = weight;
        private readonly int _skip = (int)(XxHash64.Hash(key, 1) % (ulong)(size - 1)) + 1;
        private int _cell = (int)(XxHash64.Hash(key) % (ulong)size);

        public int NextCell(int size)
        {
            var cell = _cell;
            _cell = (int)(((long)cell + _skip) % size);
            return cell;
        }
    }
}
