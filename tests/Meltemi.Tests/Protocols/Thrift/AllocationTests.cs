using System.Buffers;
using Meltemi.Codec;

namespace Meltemi.Tests.Protocols.Thrift;

public class AllocationTests
{
    public static TheoryData<string> Calls => Wire.Names(name => name.EndsWith("Call", StringComparison.Ordinal));

    [Theory, MemberData(nameof(Calls))]
    public void A_request_costs_no_allocation(string name)
    {
        var message = (byte[])Wire.Golden[name].Clone();
        var state = Wire.Codec.NewConnectionState(Origin.Client);
        var keys = new AttributeKeys(["method", "service", "message_type", "transport", "protocol", "user"]);
        var values = new AttributeValues();
        var reader = Wire.Codec.Bind(keys, Origin.Client);
        var output = new Scratch();
        var mutation = new Mutation();
        if (name.StartsWith("Pairs", StringComparison.Ordinal)) mutation.Set(Wire.Bytes("user"), Wire.Bytes("otto"));

        Round(); // Makes the skipper's stack and the arrays of the values.
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) Round();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Round()
        {
            var frame = default(Frame);
            if (Wire.Codec.Decode(message, Origin.Client, state, ref frame).Status != DecodeStatus.Complete) Assert.Fail("not found");
            values.Reset(keys);
            reader.Read(message, frame, values);
            Wire.Codec.TryPatchId(message, frame, GoldenFrames.Id + 1);
            output.Clear();
            Wire.Codec.Rewrite(message, frame, frame.Id, mutation, output);
            var request = new RequestInfo { Id = frame.Id, Variant = frame.Variant, Memo = frame.Memo, Kept = message.AsSpan(frame.KeepOffset, frame.KeepLength) };
            Wire.Codec.WriteReply(request, ReplyReason.NoRoute, "no route"u8, output);
        }
    }

    private sealed class Scratch : IBufferWriter<byte>
    {
        private readonly byte[] _bytes = new byte[64 * 1024];
        private int _used;

        public void Clear() => _used = 0;

        public void Advance(int count) => _used += count;

        public Memory<byte> GetMemory(int sizeHint = 0) => _bytes.AsMemory(_used);

        public Span<byte> GetSpan(int sizeHint = 0) => _bytes.AsSpan(_used);
    }
}
