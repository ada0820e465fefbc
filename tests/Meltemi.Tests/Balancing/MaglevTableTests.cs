using System.Net;
using Meltemi.Proxy.Balancing;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Hashing;

namespace Meltemi.Tests.Balancing;

public class MaglevTableTests
{
    [Theory]
    [InlineData(1, 1, 1, 1, 1, 1, 1)]
    [InlineData(1, 2, 3, 4)]
    [InlineData(1, 1, 100)]
    public void Cells_are_shared_by_weight_almost_exactly(params int[] weights)
    {
        var table = Build(65537, Array.ConvertAll(weights, weight => (uint)weight)).Maglev!;
        var counts = new int[weights.Length];
        for (var i = 0; i < table.Size; i++) counts[table.Find((ulong)i)]++;
        for (var i = 0; i < weights.Length; i++) Assert.InRange(counts[i] - 65537.0 * weights[i] / weights.Sum(), -7, 7);
    }

    [Fact]
    public void A_small_table_is_what_filling_it_by_hand_gives()
    {
        var table = Build(7, 1, 1, 1).Maglev!;
        var cells = new int?[7];
        var tries = new int[3];
        for (var turn = 0; cells.Contains(null); turn = (turn + 1) % 3)
        {
            var key = $"10.0.0.{turn + 1}:80";
            int Cell() => (int)((XxHash64.Hash(key) % 7 + (ulong)tries[turn]++ * (XxHash64.Hash(key, 1) % 6 + 1)) % 7);
            var cell = Cell();
            while (cells[cell] is not null) cell = Cell();
            cells[cell] = turn;
        }

        Assert.Equal(cells, Enumerable.Range(0, 7).Select(i => (int?)table.Find((ulong)i)));
    }

    [Theory]
    [InlineData(100, 101)]
    [InlineData(65537, 65537)]
    [InlineData(0, 2)]
    public void The_size_is_a_prime(int asked, int size) => Assert.Equal(size, Build(asked, 1, 1, 1).Maglev!.Size);

    private static EndpointGroup Build(int size, params uint[] weights) =>
        new EndpointSet([.. weights.Select((weight, i) => new Endpoint(new IPEndPoint(IPAddress.Parse($"10.0.0.{i + 1}"), 80), weight))],
            new() { Kind = BalancerKind.Maglev, MaglevTableSize = size }).Hosts.Undivided!;
}
