using System.Buffers;
using Meltemi.Codec;
using Meltemi.Program.Verbs.Codecs;
using Meltemi.Tests.Program.Support;
using Meltemi.Tests.Support;

namespace Meltemi.Tests.Codec.Declarative;

/// <summary>Every description in samples/protocols with every capture beside it.</summary>
public class SampleTests
{
    private static readonly string Directory = Path.Combine(Repository.Root, "samples", "protocols");

    public static TheoryData<string, string> Captures { get; } = Found();

    [Theory]
    [MemberData(nameof(Captures))]
    public void A_capture_is_decoded_to_its_end_and_written_again_as_it_was(string description, string capture)
    {
        var codec = Declared.Sample(description);
        var origin = capture.Contains(".client.", StringComparison.Ordinal) ? Origin.Client : Origin.Server;
        var bytes = CaptureFile.Read(Path.Combine(Directory, capture));
        var messages = 0;
        for (var at = 0; at < bytes.Length; messages++)
        {
            var frame = default(Frame);
            Assert.Equal(DecodeStatus.Complete, codec.Decode(bytes.AsSpan(at), origin, null, ref frame).Status);
            var message = bytes.AsSpan(at, frame.Length).ToArray();
            var output = new ArrayBufferWriter<byte>();
            Assert.True(codec.Rewrite(message, frame, frame.Id, Mutation.None, output));
            Assert.Equal(message, output.WrittenSpan.ToArray());
            at += frame.Length;
        }

        Assert.True(messages > 0);
    }

    [Theory]
    [MemberData(nameof(Captures))]
    public void The_verb_prints_it(string description, string capture)
    {
        var from = capture.Contains(".client.", StringComparison.Ordinal) ? "client" : "server";
        var (code, output, error) = Terminal.Run("codec", "try", "-f", Path.Combine(Directory, description), "--from", from, Path.Combine(Directory, capture));
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("message 1 at 0, ", output, StringComparison.Ordinal);
        Assert.DoesNotContain("(not described)", output, StringComparison.Ordinal);
    }

    private static TheoryData<string, string> Found()
    {
        var found = new TheoryData<string, string>();
        foreach (var description in System.IO.Directory.GetFiles(Directory, "*.yaml").Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileNameWithoutExtension(description);
            var captures = System.IO.Directory.GetFiles(Directory, $"{name}.*").Where(file => file.Contains(".client.", StringComparison.Ordinal) || file.Contains(".server.", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToArray();
            Assert.Equal(2, captures.Length);
            foreach (var capture in captures) found.Add(Path.GetFileName(description), Path.GetFileName(capture));
        }

        return found;
    }
}
