using System.Net;
using Meltemi.Codec;
using Meltemi.Transport;

namespace Meltemi.Bench.Micro.Forwarding;

/// <summary>
/// The least that can stand for a network: one client that sends the same batch of requests again whenever all answers have come, and one server
/// that answers each request with the same answer under its id. Costs little more than copying, allocates nothing, and so leaves the
/// proxy alone on the scales.
/// </summary>
internal sealed unsafe class ReplayKernel(ICodec codec, byte[] request, byte[] answer, int batch) : Kernel
{
    private const int Listening = 3;
    private const int Client = 4;
    private const int Server = 5;

    private readonly byte[] _requests = Repeat(codec, request, batch);
    private readonly byte[] _toServer = new byte[(request.Length + 256) * batch];
    private readonly byte[] _toClient = new byte[(answer.Length + 64) * batch];
    private readonly object? _serverState = codec.NewConnectionState(Origin.Client);
    private readonly object? _answerState = codec.NewConnectionState(Origin.Server);
    private readonly long _started = Environment.TickCount64;
    private int _toServerLength;
    private int _toClientLength;
    private bool _accepted;
    private bool _isListening;
    private bool _connected;
    private bool _clientReady;
    private bool _serverReady;

    /// <summary>Bytes of answers that the client has received.</summary>
    public long AnswerBytes { get; private set; }

    public override long Nanoseconds => (Environment.TickCount64 - _started + 1000) * 1_000_000;

    /// <summary>The client sends its batch.</summary>
    public void SendBatch() => _clientReady = true;

    public override Poller NewPoller(EventLoop loop) => new ReplayPoller(this);

    public override int Listen(EndPoint address, ListenerOptions options, out EndPoint bound)
    {
        bound = address;
        return Listening;
    }

    public override int Accept(int listener, out EndPoint? remote)
    {
        remote = new IPEndPoint(IPAddress.Loopback, 50_000);
        if (_accepted) return -Errno.EAGAIN;
        _accepted = true;
        return Client;
    }

    public override int Connect(EndPoint address, ConnectionOptions options)
    {
        _connected = true;
        return Server;
    }

    public override int TakeError(int socket) => 0;

    public override int Receive(int socket, Span<byte> buffer)
    {
        if (socket == Client)
        {
            if (!_clientReady) return -Errno.EAGAIN;
            _clientReady = false;
            _requests.CopyTo(buffer);
            return _requests.Length;
        }

        if (_toClientLength == 0) return -Errno.EAGAIN;
        _toClient.AsSpan(0, _toClientLength).CopyTo(buffer);
        var length = _toClientLength;
        _toClientLength = 0;
        _serverReady = false;
        return length;
    }

    public override int Send(int socket, ReadOnlySpan<IoSlice> slices)
    {
        var total = 0;
        foreach (var slice in slices)
        {
            if (socket == Server)
            {
                new ReadOnlySpan<byte>(slice.Pointer, (int)slice.Length).CopyTo(_toServer.AsSpan(_toServerLength));
                _toServerLength += (int)slice.Length;
            }

            total += (int)slice.Length;
        }

        if (socket == Server) Serve();
        else AnswerBytes += total;
        return total;
    }

    public override int ShutdownSend(int socket) => 0;

    public override void Close(int socket, bool reset) { }

    public override void CloseListener(int socket, EndPoint bound) { }

    public override EndPoint? LocalEndPoint(int socket) => null;

    public override EndPoint? OriginalDestination(int socket) => null;

    private void Serve()
    {
        var rest = _toServer.AsSpan(0, _toServerLength);
        while (!rest.IsEmpty)
        {
            Frame frame = default;
            if (codec.Decode(rest, Origin.Client, _serverState, ref frame).Status != DecodeStatus.Complete) break;
            var id = frame.Id;
            rest = rest[frame.Length..];
            var place = _toClient.AsSpan(_toClientLength, answer.Length);
            answer.CopyTo(place);
            frame = default;
            codec.Decode(place, Origin.Server, _answerState, ref frame);
            if (codec.Info.HasIds) codec.TryPatchId(place, frame, id);
            _toClientLength += answer.Length;
            _serverReady = true;
        }

        rest.CopyTo(_toServer);
        _toServerLength = rest.Length;
    }

    private static byte[] Repeat(ICodec codec, byte[] request, int batch)
    {
        var requests = new byte[request.Length * batch];
        for (var i = 0; i < batch; i++)
        {
            var place = requests.AsSpan(i * request.Length, request.Length);
            request.CopyTo(place);
            Frame frame = default;
            codec.Decode(place, Origin.Client, codec.NewConnectionState(Origin.Client), ref frame);
            if (codec.Info.HasIds) codec.TryPatchId(place, frame, (ulong)(100 + i));
        }

        return requests;
    }

    private sealed class ReplayPoller(ReplayKernel kernel) : Poller
    {
        private bool _connectTold;

        public override int AddConnection(int socket) => 0;

        public override int AddListener(int socket)
        {
            kernel._isListening = true;
            return 0;
        }

        public override void Remove(int socket) { }

        public override int Wait(Span<PollEvent> events, int timeoutMilliseconds)
        {
            var count = 0;
            if (kernel._isListening && !kernel._accepted) events[count++] = new PollEvent(Listening, PollEvents.In);
            if (kernel._connected && !_connectTold)
            {
                _connectTold = true;
                events[count++] = new PollEvent(Server, PollEvents.Out);
            }

            if (kernel._clientReady && kernel._accepted) events[count++] = new PollEvent(Client, PollEvents.In | PollEvents.Out);
            if (kernel._serverReady) events[count++] = new PollEvent(Server, PollEvents.In | PollEvents.Out);
            return count;
        }

        public override void Wake() { }

        protected override void Dispose(bool disposing) { }
    }
}
