using Meltemi.Codec;
using static Meltemi.Tests.Inbound.Recognition.ManyProtocols;

namespace Meltemi.Tests.Inbound.Recognition;

/// <summary>Who is believed when several recognise a connection, whatever the pieces.</summary>
public class OrderTests
{
    [Theory]
    [InlineData(Certainty.Sure, "HELLO", Certainty.Likely, "HE", "one")] // the surer one
    [InlineData(Certainty.Likely, "HE", Certainty.Sure, "HELLO", "two")]
    [InlineData(Certainty.Likely, "HELLO", Certainty.Likely, "HE", "one")] // of equals the first, though it takes longer
    [InlineData(Certainty.Likely, "HE", Certainty.Likely, "HELLO", "one")]
    [InlineData(Certainty.Sure, "HALLO", Certainty.Likely, "HE", "two")] // the first that means it
    public void The_surest_and_then_the_first(Certainty certainty, string greeting, Certainty other, string otherGreeting, string expected)
    {
        var one = new GreetingCodec("one", certainty, [.. greeting.Select(c => (byte)c)]);
        var two = new GreetingCodec("two", other, [.. otherGreeting.Select(c => (byte)c)]);
        using var many = new ManyProtocols();
        many.Listen(null, one, two);
        var bytes = "HELLO"u8.ToArray();
        many.Send(many.Client(), bytes);
        for (var cut = 1; cut < bytes.Length; cut++) many.Send(many.Client(), bytes[..cut], bytes[cut..]);

        Assert.Equal(bytes.Length, many.Figure($"protocol_inspector.{expected}_found"));
    }

    [Fact]
    public void Nobody_gets_more_than_a_kilobyte_to_make_up_its_mind()
    {
        var endless = new GreetingCodec("one", Certainty.Sure, new byte[100_000]);
        using var many = new ManyProtocols();
        many.Listen(null, endless);
        var client = many.Client();
        many.Send(client, new byte[Recognising.MaxBytes - 1]);
        Assert.Empty(many.Server(Bytes).Accepted);
        many.Send(client, new byte[1]);

        Assert.Equal(Recognising.MaxBytes, many.Server(Bytes).Accept().TotalReceived);
    }

    [Fact]
    public void A_recogniser_that_throws_costs_its_connection_only()
    {
        var broken = new ThrowingCodec();
        using var many = new ManyProtocols();
        many.Listen(null, broken);
        var client = many.Client();
        many.Send(client, [1]);

        Assert.True(client.IsReset);
        Assert.Equal("recognise", Assert.Single(many.Mesh.Errors).Message);
        many.Mesh.Errors.Clear();
        Assert.Equal((0, 0), (many.Figure("downstream_pre_cx_active"), many.Figure("downstream_cx_active")));
    }

    private sealed class ThrowingCodec : ICodec
    {
        private readonly GreetingCodec _good = new("one", Certainty.Sure, [1]);

        public CodecInfo Info => _good.Info;

        public Meltemi.Codec.Recognition Recognise(ReadOnlySpan<byte> bytes) => throw new NotSupportedException("recognise");

        public Decoded Decode(ReadOnlySpan<byte> bytes, Origin origin, object? state, ref Frame frame) => _good.Decode(bytes, origin, state, ref frame);

        public AttributeReader Bind(AttributeKeys keys, Origin origin) => _good.Bind(keys, origin);

        public int WriteReply(in RequestInfo request, ReplyReason reason, ReadOnlySpan<byte> text, System.Buffers.IBufferWriter<byte> output) => 0;
    }
}
