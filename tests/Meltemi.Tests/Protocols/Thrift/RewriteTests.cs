using System.Buffers.Binary;
using Meltemi.Codec;

namespace Meltemi.Tests.Protocols.Thrift;

/// <summary>Ids and pairs of messages that exist.</summary>
public class RewriteTests
{
    private const int HeaderIdOffset = 8;
    private const int InnerIdOffset = 18 + 4 + 4 + 4; // Behind the header: version, length and "echo".

    public static TheoryData<string> All => Wire.Names(name => !name.StartsWith("Zlib", StringComparison.Ordinal));

    [Theory, MemberData(nameof(All))]
    public void Another_id_changes_nothing_else(string name)
    {
        var golden = Wire.Golden[name];
        var origin = Wire.OriginOf(name);
        var frame = Wire.Whole(golden, origin);
        foreach (var id in (ulong[])[0, 1, 127, 128, 16383, 16384, int.MaxValue, uint.MaxValue])
        {
            var rewritten = Wire.Rewrite(golden, frame, id, Mutation.None)!;
            var again = Wire.Whole(rewritten, origin);
            Assert.Equal(id, again.Id);
            Assert.Equal((frame.Kind, frame.Variant, frame.Status, frame.Code), (again.Kind, again.Variant, again.Status, again.Code));

            var patched = (byte[])golden.Clone();
            if (Wire.Codec.TryPatchId(patched, frame, id)) Assert.Equal(Convert.ToHexString(rewritten), Convert.ToHexString(patched));
            else Assert.Contains("Compact", name, StringComparison.Ordinal);

            Assert.Equal(golden, Wire.Rewrite(rewritten, again, GoldenFrames.Id, Mutation.None));
        }

        Assert.Null(Wire.Rewrite(golden, frame, 1UL << 32, Mutation.None));
        Assert.False(Wire.Codec.TryPatchId(golden, frame, 1UL << 32));
    }

    [Fact]
    public void Compact_ids_are_patched_in_place_where_they_have_the_same_length()
    {
        var golden = (byte[])Wire.Golden["Framed_Compact_Call"].Clone();
        Assert.True(Wire.Codec.TryPatchId(golden, Wire.Whole(golden, Origin.Client), 300));
        Assert.Equal(300UL, Wire.Whole(golden, Origin.Client).Id);
    }

    [Theory]
    [InlineData("Header_Binary_Call")]
    [InlineData("Header_Compact_Call")]
    [InlineData("Header_Binary_Reply")]
    public void Pairs_are_added_where_there_were_none(string name)
    {
        var golden = Wire.Golden[name];
        var frame = Wire.Whole(golden, Wire.OriginOf(name));
        var mutation = new Mutation();
        mutation.Set(Wire.Bytes("a"), Wire.Bytes("1"));
        mutation.Add(Wire.Bytes("b"), Wire.Bytes("22"));
        mutation.Remove(Wire.Bytes("c"));
        var changed = Wire.Rewrite(golden, frame, 9, mutation)!;
        var again = Wire.Whole(changed, Wire.OriginOf(name));
        Assert.Equal(9UL, again.Id);
        Assert.Equal("1 22 - echo", Wire.Read(changed, again, "a", "b", "c", "method"));

        mutation.Clear();
        mutation.Remove(Wire.Bytes("a"));
        mutation.Remove(Wire.Bytes("b"));
        Assert.Equal(golden, Wire.Rewrite(changed, again, GoldenFrames.Id, mutation));
    }

    [Theory]
    [InlineData("Pairs_Binary_Call")]
    [InlineData("Pairs_Compact_Call")]
    [InlineData("Pairs_Binary_Reply")]
    [InlineData("Zlib_Binary_Call")]
    public void Pairs_are_set_and_removed_and_the_others_stay(string name)
    {
        var golden = Wire.Golden[name];
        var frame = Wire.Whole(golden, Wire.OriginOf(name));
        Assert.Equal("anna 250  -", Wire.Read(golden, frame, "user", "client_timeout", "empty", "other"));
        var mutation = new Mutation();
        mutation.Set(Wire.Bytes("user"), Wire.Bytes(new string('x', 300)));
        mutation.Add(Wire.Bytes("client_timeout"), Wire.Bytes("1"));
        mutation.Remove(Wire.Bytes("empty"));
        mutation.Set(Wire.Bytes("other"), Wire.Bytes("new"));
        var changed = Wire.Rewrite(golden, frame, frame.Id, mutation)!;
        var again = Wire.Whole(changed, Wire.OriginOf(name));
        Assert.Equal($"{new string('x', 300)} 250 - new", Wire.Read(changed, again, "user", "client_timeout", "empty", "other"));
        Assert.Equal(Wire.Read(golden, frame, "method"), Wire.Read(changed, again, "method"));
    }

    [Fact]
    public void A_pair_cannot_pretend_to_be_the_method()
    {
        var golden = Wire.Golden["Pairs_Binary_Call"];
        Assert.Equal("echo anna", Wire.Read(golden, Wire.Whole(golden, Origin.Client), "method", "user"));
        var hidden = Wire.Golden["Zlib_Binary_Call"];
        Assert.Equal("- anna", Wire.Read(hidden, Wire.Whole(hidden, Origin.Client), "method", "user"));
    }

    [Theory]
    [InlineData("Framed_Binary_Call", "a", false)]
    [InlineData("Unframed_Compact_Call", "a", false)]
    [InlineData("Header_Binary_Call", "method", false)]
    [InlineData("Header_Binary_Call", "a", true)]
    public void What_cannot_be_set_is_refused(string name, string key, bool can)
    {
        var golden = Wire.Golden[name];
        var mutation = new Mutation();
        mutation.Set(Wire.Bytes(key), Wire.Bytes("1"));
        Assert.Equal(can, Wire.Rewrite(golden, Wire.Whole(golden, Origin.Client), 1, mutation) is not null);
    }

    [Fact]
    public void Removing_what_a_message_cannot_have_is_no_change()
    {
        var golden = Wire.Golden["Framed_Binary_Call"];
        var mutation = new Mutation();
        mutation.Remove(Wire.Bytes("user"));
        Assert.Equal(golden, Wire.Rewrite(golden, Wire.Whole(golden, Origin.Client), GoldenFrames.Id, mutation));
    }

    [Fact]
    public void A_header_that_grows_beyond_its_size_field_is_refused()
    {
        var golden = Wire.Golden["Header_Binary_Call"];
        var mutation = new Mutation();
        mutation.Set(Wire.Bytes("a"), new byte[140_000]);
        Assert.Null(Wire.Rewrite(golden, Wire.Whole(golden, Origin.Client), 1, mutation));
    }

    [Fact]
    public void A_hidden_message_keeps_its_id()
    {
        var golden = Wire.Golden["Zlib_Binary_Call"];
        var frame = Wire.Whole(golden, Origin.Client);
        Assert.Null(Wire.Rewrite(golden, frame, 1, Mutation.None));
        Assert.False(Wire.Codec.TryPatchId((byte[])golden.Clone(), frame, 1));
        Assert.Equal(golden, Wire.Rewrite(golden, frame, frame.Id, Mutation.None));
    }

    [Theory]
    [InlineData(0, GoldenFrames.Id)] // as node's clients count
    [InlineData(GoldenFrames.Id, 0)] // as fbthrift's count
    [InlineData(-5, -6)]
    public void Header_and_message_each_get_back_the_id_that_the_client_wrote(int header, int inner)
    {
        var call = (byte[])Wire.Golden["Header_Binary_Call"].Clone();
        BinaryPrimitives.WriteInt32BigEndian(call.AsSpan(HeaderIdOffset), header);
        BinaryPrimitives.WriteInt32BigEndian(call.AsSpan(InnerIdOffset), inner);
        var frame = Wire.Whole(call, Origin.Client);
        Assert.Equal((uint)inner, frame.Id);
        Assert.True(Wire.Codec.TryPatchId(call, frame, 55));
        Assert.Equal((55, 55), IdsOf(call));
        Assert.Equal((55, 55), IdsOf(Wire.Rewrite(call, frame, 55, Mutation.None)!));

        // The answer of a server that echoes only the inner id.
        var reply = (byte[])Wire.Golden["Header_Binary_Reply"].Clone();
        BinaryPrimitives.WriteInt32BigEndian(reply.AsSpan(HeaderIdOffset), 77);
        BinaryPrimitives.WriteInt32BigEndian(reply.AsSpan(InnerIdOffset), 55);
        var answer = Wire.Whole(reply, Origin.Server, frame.Memo);
        Assert.Equal(55UL, answer.Id);
        Assert.Equal((header, inner), IdsOf(Wire.Rewrite(reply, answer, frame.Id, Mutation.None)!));
        Assert.True(Wire.Codec.TryPatchId(reply, answer, frame.Id));
        Assert.Equal((header, inner), IdsOf(reply));
    }

    private static (int Header, int Inner) IdsOf(byte[] message) =>
        (BinaryPrimitives.ReadInt32BigEndian(message.AsSpan(HeaderIdOffset)), BinaryPrimitives.ReadInt32BigEndian(message.AsSpan(InnerIdOffset)));
}
