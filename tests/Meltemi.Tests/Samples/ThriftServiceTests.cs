using System.Buffers.Binary;
using System.Net.Sockets;
using ThriftService;

namespace Meltemi.Tests.Samples;

public class ThriftServiceTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Both_methods_answer_with_version_and_instance(bool inHeader)
    {
        await using var server = new GreeterServer("v2", "blue");
        var headers = inHeader ? new Dictionary<string, string> { ["user"] = "jason" } : null;
        using var client = await GreeterClient.ConnectAsync("127.0.0.1", server.Port, headers);
        Assert.Equal(new ServedBy("v2", "blue"), await client.SayHelloAsync("Zoë"));
        Assert.Equal(new ServedBy("v2", "blue"), await client.AddAsync(int.MaxValue, -5));
    }

    /// <summary>Bytes as Apache Thrift's own binary protocol writes them, so that both halves cannot be wrong in the same way.</summary>
    [Fact]
    public async Task A_call_by_another_library_is_answered_in_kind()
    {
        await using var server = new GreeterServer("v1", "a");
        var answer = await AskAsync(
            server.Port,
            [.. "\0\0\0\u001f"u8, 0x80, 1, 0, 1, .. "\0\0\0\bsayHello"u8, .. "\0\0\0\a"u8, .. "\v\0\u0001\0\0\0\u0003Ann\0"u8]);
        Assert.Equal(
            [0x80, 1, 0, 2, .. "\0\0\0\bsayHello\0\0\0\a\v\0\0\0\0\0\u0012Hello, Ann! (v1/a)\0"u8], answer);
    }

    [Fact]
    public async Task An_unknown_method_is_an_application_exception()
    {
        await using var server = new GreeterServer("v1", "a");
        var answer = await AskAsync(
            server.Port, [.. "\0\0\0\u0012"u8, 0x80, 1, 0, 1, .. "\0\0\0\u0005dance"u8, .. "\0\0\0\u0001"u8, 0]);
        Assert.Equal(
            [0x80, 1, 0, 3, .. "\0\0\0\u0005dance\0\0\0\u0001\v\0\u0001\0\0\0\u000fno method dance\b\0\u0002\0\0\0\u0001\0"u8], answer);
    }

    [Fact]
    public async Task A_frame_that_is_no_thrift_ends_the_connection()
    {
        await using var server = new GreeterServer("v1", "a");
        await Assert.ThrowsAsync<EndOfStreamException>(() => AskAsync(server.Port, [0, 0, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8]));
    }

    private static async Task<byte[]> AskAsync(int port, byte[] request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port);
        var stream = client.GetStream();
        await stream.WriteAsync(request);
        client.Client.Shutdown(SocketShutdown.Send); // A request that says it is longer than it is will not be waited for.
        var length = new byte[4];
        await stream.ReadExactlyAsync(length);
        var answer = new byte[BinaryPrimitives.ReadInt32BigEndian(length)];
        await stream.ReadExactlyAsync(answer);
        return answer;
    }
}
