using System.Buffers;
using Meltemi.Codec;
using Meltemi.Codec.Declarative.Messages;
using Meltemi.Xds.Declarative.V1;

namespace Meltemi.Tests.Codec.Declarative;

public class TemplateTests
{
    [Theory]
    [InlineData("awesomerpc.yaml", true)]
    [InlineData("bolt-v1.yaml", true)]
    [InlineData("warehouse.yaml", true)]
    [InlineData("brpc.yaml", false)]
    [InlineData("video.yaml", false)]
    [InlineData("dome.yaml", false)]
    public void A_template_with_fixed_places_writes_what_its_pieces_write(string file, bool flat)
    {
        var random = new Random(5);
        foreach (var template in Declared.Sample(file).Replies.Templates)
        {
            Assert.Equal(flat, template.IsFlat);
            foreach (var length in (int[])[0, 1, 127, 128, 300, 5000])
            {
                var text = new byte[length];
                random.NextBytes(text);
                var values = new MessageValues { Id = (uint)random.Next(), Memo = random.NextInt64(), Text = text };
                var (left, right) = (new ArrayBufferWriter<byte>(), new ArrayBufferWriter<byte>());
                template.Write(values, left);
                template.WriteByPieces(values, right);
                Assert.Equal(right.WrittenSpan.ToArray(), left.WrittenSpan.ToArray());
            }
        }
    }

    [Fact]
    public void The_reasons_of_descriptions_are_those_of_the_proxy() => Assert.Equal(
        Enum.GetValues<ReplyReason>().Select(reason => $"{reason} {(int)reason}"),
        Enum.GetValues<Errors.Types.Reason>().Select(reason => $"{reason} {(int)reason}"));
}
