using Meltemi.Codec;
using Meltemi.Tests.Codec.Declarative;
using Answer = Meltemi.Codec.Recognition;

namespace Meltemi.Tests.Protocols.Recognition;

/// <summary>Described protocols beside those in code: what a description says of the head is what its recogniser knows.</summary>
public class DescribedRecognisersTests
{
    /// <summary>The description, how sure it is, and the protocol in code that it describes.</summary>
    public static TheoryData<string, Certainty, string> Descriptions { get; } = new()
    {
        { "awesomerpc.yaml", Certainty.Sure, "awesomerpc" },
        { "bolt-v1.yaml", Certainty.Likely, "bolt" },
        { "brpc.yaml", Certainty.Sure, "brpc" },
        { "dome.yaml", Certainty.None, "" }, // no constant in its head
        { "video.yaml", Certainty.Sure, "" },
    };

    [Theory]
    [MemberData(nameof(Descriptions))]
    public void Knows_what_it_describes_and_nothing_else(string file, Certainty certainty, string twin)
    {
        var codec = Declared.Sample(file);
        var wrong = new List<string>();
        if (codec.Info.Certainty != certainty) wrong.Add($"is {codec.Info.Certainty}");
        foreach (var row in RecogniserTable.All.Where(row => row.Name != twin))
            wrong.AddRange(row.First.Where(sample => YesAfter(codec, sample.Bytes) is not null).Select(sample => $"{row.Name}: {sample}"));
        wrong.AddRange(ForeignProtocols.All.Where(stranger => YesAfter(codec, stranger.Value) is not null).Select(stranger => stranger.Key));
        Assert.Empty(wrong);
    }

    private static int? YesAfter(ICodec codec, byte[] bytes)
    {
        for (var length = 1; length <= Math.Min(bytes.Length, Recognising.MaxBytes); length++)
        {
            if (codec.Recognise(bytes.AsSpan(0, length)) == Answer.Yes) return length;
        }

        return null;
    }
}
