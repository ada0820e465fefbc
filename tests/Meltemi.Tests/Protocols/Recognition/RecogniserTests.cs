using Meltemi.Codec;
using Answer = Meltemi.Codec.Recognition;

namespace Meltemi.Tests.Protocols.Recognition;

/// <summary>Every protocol's first bytes, given to every recogniser in every length.</summary>
public class RecogniserTests
{
    public static TheoryData<string> Names { get; } = [.. RecogniserTable.All.Select(row => row.Name)];

    public static TheoryData<string> Strangers { get; } = [.. ForeignProtocols.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Knows_its_own_protocol_after_so_many_bytes(string name)
    {
        var row = RecogniserTable.All.First(row => row.Name == name);
        Assert.Equal(row.Certainty, row.Codec.Info.Certainty);
        var after = row.First.Select(sample => row.YesAfter(sample.Bytes) ?? throw new Xunit.Sdk.XunitException($"{sample} is not recognised")).ToArray();
        Assert.Equal((row.Least, row.Most), (after.Min(), after.Max()));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Knows_none_of_the_others(string name)
    {
        var row = RecogniserTable.All.First(row => row.Name == name);
        foreach (var other in RecogniserTable.All.Where(other => other != row))
        {
            foreach (var sample in other.First) Refuses(row, $"{other.Name}: {sample}", sample.Bytes);
        }
    }

    [Theory]
    [MemberData(nameof(Strangers))]
    public void No_recogniser_knows_what_none_speaks(string stranger)
    {
        foreach (var row in RecogniserTable.All) Refuses(row, stranger, ForeignProtocols.All[stranger]);
    }

    [Theory]
    [InlineData("bolt")]
    [InlineData("dubbo")]
    public void An_answer_is_not_what_a_client_begins_with(string name)
    {
        var row = RecogniserTable.All.First(row => row.Name == name);
        foreach (var sample in row.Samples.Where(sample => sample.Origin == Origin.Server && sample.Kind == MessageKind.Response))
            Refuses(row, sample.Name, sample.Bytes);
    }

    // Never yes; and no at the latest when the protocol's own messages would have been recognised.
    private static void Refuses(RecogniserTable row, string what, byte[] bytes)
    {
        var last = Answer.NeedMore;
        for (var length = 1; length <= Math.Min(bytes.Length, Recognising.MaxBytes); length++)
        {
            var now = row.Codec.Recognise(bytes.AsSpan(0, length));
            Assert.True(now != Answer.Yes, $"the recogniser of {row.Name} takes {what} for its own after {length} bytes");
            Assert.True(last == Answer.NeedMore || now == last, $"the recogniser of {row.Name} changes its mind about {what} after {length} bytes");
            last = now;
        }

        if (bytes.Length > row.Most) Assert.True(last == Answer.No, $"the recogniser of {row.Name} cannot make up its mind about {what}");
    }
}
