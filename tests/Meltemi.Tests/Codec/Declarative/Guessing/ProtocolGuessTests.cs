using System.Buffers.Binary;
using System.Text;
using Greetings;
using Meltemi.Codec;
using Meltemi.Codec.Declarative;
using Meltemi.Codec.Declarative.Guessing;
using Meltemi.Program.Verbs.Codecs;
using Meltemi.Tests.Config;
using Meltemi.Xds.Reading;

namespace Meltemi.Tests.Codec.Declarative.Guessing;

public class ProtocolGuessTests
{
    [Theory]
    [InlineData("brpc", "{ name: magic, type: BYTES, size: 4, value: \"hex:50525043\" }", "{ name: length, type: U32 }", "{ name: headerLength, type: U32 }", "{ name: header, type: PROTOBUF, size: headerLength }", "length: { field: length, plus: 12 }")]
    [InlineData("trpc", "value: \"hex:0930\"", "{ name: length, type: U32 }", "{ name: headerLength, type: U16 }", "{ name: id, type: U32 }", "{ name: header, type: PROTOBUF, size: headerLength }", "length: { field: length }", "id: id")]
    [InlineData("tars", "{ name: length, type: U32 }", "length: { field: length }", "{ name: id, type: U16 }")]
    [InlineData("bolt", "{ name: id, type: U32 }", "{ name: length2, type: U16 }", "{ name: part2, type: PAIRS, size: length2, pairs: { keyLength: U32, valueLength: U32 } }", "id: id", "- { from: part2.* }", "mutable: [part2]")]
    public void Requests_of_real_protocols_show_their_layout(string protocol, params string[] expected)
    {
        var (client, _) = Traffic(protocol);
        var guess = Good(client);
        Assert.Contains("# Guessed from 40 messages.", guess, StringComparison.Ordinal);
        Assert.Contains("This is certain.", guess, StringComparison.Ordinal);
        Assert.All(expected, line => Assert.Contains(line, guess, StringComparison.Ordinal));
    }

    [Fact]
    public void Answers_make_the_id_surer_and_tell_the_kinds_apart()
    {
        var (client, server) = Traffic("trpc");
        Assert.Contains("40 of 40 answers repeat one", Good(client, server), StringComparison.Ordinal);

        var (requests, answers) = (Little(1), Little(2));
        Assert.Contains("- { when: { byte2: [1] }, from: CLIENT, is: REQUEST }", Good(requests, answers), StringComparison.Ordinal);
        Assert.Contains("- { when: { byte2: [2] }, from: SERVER, is: RESPONSE }", Good(requests, answers), StringComparison.Ordinal);
    }

    [Fact]
    public void Answers_that_are_laid_out_in_another_way_are_said_to_be_so()
    {
        var (client, server) = Traffic("bolt");
        var guess = Good(client, server);
        Assert.Contains("# The server's messages are laid out in another way", guess, StringComparison.Ordinal);
        Assert.Contains("# Guessed from 40 messages.", guess, StringComparison.Ordinal);
    }

    [Fact]
    public void Little_endian_numbers_are_found()
    {
        var guess = Good(Little(1));
        Assert.Contains("{ name: length, type: U16, byteOrder: LITTLE_ENDIAN }", guess, StringComparison.Ordinal);
        Assert.Contains("{ name: id, type: U32, byteOrder: LITTLE_ENDIAN }", guess, StringComparison.Ordinal);
        Assert.Contains("length: { field: length, counts: FOLLOWING }", guess, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_end_with_a_delimiter()
    {
        var capture = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 20).Select(i => $"GET key:{i * 7919}\r\nSET other{i} {new string('v', i)}\r\n")));
        var guess = Good(capture);
        Assert.Contains("{ name: line, type: TEXT, size: REST }", guess, StringComparison.Ordinal);
        Assert.Contains("delimiter: \"\\r\\n\"", guess, StringComparison.Ordinal);
    }

    [Fact]
    public void A_varint_in_front_is_found()
    {
        var random = new Random(5);
        var capture = new List<byte>();
        for (var i = 0; i < 30; i++)
        {
            var body = new byte[20 + random.Next(300)];
            random.NextBytes(body);
            body[0] = 0x5a;
            if (body.Length < 128) capture.Add((byte)body.Length);
            else capture.AddRange([(byte)(body.Length & 0x7f | 0x80), (byte)(body.Length >> 7)]);
            capture.AddRange(body);
        }

        Assert.Contains("{ name: length, type: VARINT }", Good([.. capture]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_few_messages_of_different_kinds_are_enough_for_the_framing()
    {
        var guess = Good(Sample("warehouse.client.hex"), Sample("warehouse.server.hex"));
        Assert.Contains("# Messages: bytes 10 to 15: the lengths of 2 parts that follow. This is certain.", guess, StringComparison.Ordinal);
        Assert.Contains("{ name: part1, type: TLV, size: length1 }", guess, StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_that_is_cut_off_does_not_matter()
    {
        var (client, _) = Traffic("trpc");
        var guess = Good(client[..^7]);
        Assert.Contains("# Guessed from 39 messages and ", guess, StringComparison.Ordinal);
        Assert.Contains("length: { field: length }", guess, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5000)]
    public void Noise_is_no_protocol(int length)
    {
        for (var seed = 1; seed <= 5; seed++)
        {
            var noise = new byte[length];
            new Random(seed).NextBytes(noise);
            var guess = ProtocolGuess.Make(noise, null, out var reason);
            Assert.True(guess is null, guess);
            Assert.Contains("no length and no delimiter divides it", reason, StringComparison.Ordinal);
        }
    }

    /// <summary>The guess, which must be a description that can be used at once: by it the capture is requests, and nothing else.</summary>
    private static string Good(byte[] client, byte[]? server = null)
    {
        var guess = ProtocolGuess.Make(client, server, out var reason);
        Assert.True(guess is not null, reason);
        var problems = new ProblemList();
        var codec = DeclaredProtocol.Load(guess, problems);
        Assert.True(problems.ToSorted() is [{ Path: "status", Severity: ProblemSeverity.Warning }], $"{guess}\n{string.Join('\n', problems.ToSorted())}");
        var frame = default(Frame);
        for (var rest = client.AsSpan(); !rest.IsEmpty; rest = rest[frame.Length..])
        {
            frame = default;
            var answer = codec!.Decode(rest, Origin.Client, null, ref frame);
            if (answer.Status == DecodeStatus.NeedMore && guess.Contains("cut off", StringComparison.Ordinal)) break;
            Assert.True(answer.Status == DecodeStatus.Complete, $"{answer.Reason}\n{guess}");
            Assert.Equal(MessageKind.Request, frame.Kind);
        }

        return guess;
    }

    private static byte[] Sample(string name) =>
        CaptureFile.FromHex(File.ReadAllBytes(Path.Combine(SampleFileTests.Samples, "..", "protocols", name)))!;

    private static (byte[] Client, byte[] Server) Traffic(string protocol)
    {
        var wire = Wire.All.Single(wire => wire.Protocol == protocol);
        var random = new Random(3);
        var calls = Enumerable.Range(1001, 40).Select(
            id => new GreetingCall((uint)id, Greeting.SayHello, new string('x', random.Next(60)), id % 3 == 0 ? "checkout" : "shop")).ToArray();
        return ([.. calls.SelectMany(wire.WriteCall)], [.. calls.SelectMany(call => wire.WriteAnswer(new(call.Id, Greeting.Text(call.Name, "v1"))))]);
    }

    /// <summary>A protocol with a magic number, a type, a flag, and in little-endian an id and the length of what follows it.</summary>
    private static byte[] Little(byte type)
    {
        var random = new Random(7);
        var capture = new List<byte>();
        for (var i = 0; i < 40; i++)
        {
            var message = new byte[10 + random.Next(200)];
            random.NextBytes(message);
            "VP"u8.CopyTo(message);
            (message[2], message[3]) = (type, 0);
            BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(4), 70_000 + i);
            BinaryPrimitives.WriteInt16LittleEndian(message.AsSpan(8), (short)(message.Length - 10));
            capture.AddRange(message);
        }

        return [.. capture];
    }
}
