using System.Text;
using Meltemi.Codec;

namespace Meltemi.Tests.Codec;

public class MutationPassTests
{
    [Fact]
    public void The_last_change_of_a_key_decides()
    {
        var mutation = new Mutation();
        mutation.Set(Bytes("a"), Bytes("1"));
        mutation.Add(Bytes("b"), Bytes("2"));
        mutation.Remove(Bytes("c"));
        mutation.Set(Bytes("a"), Bytes("3"));
        mutation.Set(Bytes("d"), Bytes("4"));

        Assert.Equal("a=3 b=old e=5 d=4", Apply(mutation, ("a", "0"), ("b", "old"), ("c", "x"), ("e", "5")));
        Assert.Equal("b=2 a=3 d=4", Apply(mutation));
    }

    [Fact]
    public void Of_a_key_that_stands_twice_one_is_replaced_and_no_old_value_stays()
    {
        var mutation = new Mutation();
        mutation.Set(Bytes("a"), Bytes("1"));
        mutation.Add(Bytes("b"), Bytes("2"));

        Assert.Equal("a=1 b=x b=y", Apply(mutation, ("a", "old"), ("b", "x"), ("a", "older"), ("b", "y")));
    }

    [Fact]
    public void A_replacement_is_made_only_where_something_is()
    {
        var mutation = new Mutation();
        mutation.Replace(Bytes("a"), Bytes("1"));
        mutation.Replace(Bytes("b"), Bytes("2"));

        Assert.Equal("a=1 c=3", Apply(mutation, ("a", "0"), ("c", "3")));
    }

    private static string Apply(Mutation mutation, params (string Key, string Value)[] pairs)
    {
        var pass = new MutationPass(mutation);
        var result = new List<string>();
        foreach (var (key, old) in pairs)
        {
            var fate = pass.Meet(Encoding.UTF8.GetBytes(key), out var value);
            if (fate == PairFate.Keep) result.Add($"{key}={old}");
            if (fate == PairFate.Replace) result.Add($"{key}={Encoding.UTF8.GetString(value)}");
        }

        while (pass.NextInsert(out var key, out var value)) result.Add($"{Encoding.UTF8.GetString(key)}={Encoding.UTF8.GetString(value)}");
        return string.Join(' ', result);
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
