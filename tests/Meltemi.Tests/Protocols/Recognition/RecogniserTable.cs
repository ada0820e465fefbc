using AwesomeRpc.Codec;
using Meltemi.Codec;
using Meltemi.Codec.Testing;
using Meltemi.Protocols.Bolt;
using Meltemi.Protocols.Brpc;
using Meltemi.Protocols.Dubbo;
using Meltemi.Protocols.Tars;
using Meltemi.Protocols.Thrift;
using Meltemi.Protocols.Trpc;
using Meltemi.Tests.Protocols.Bolt;
using Meltemi.Tests.Protocols.Brpc;
using Meltemi.Tests.Protocols.Dubbo;
using Meltemi.Tests.Protocols.Tars;
using Meltemi.Tests.Protocols.Thrift;
using Meltemi.Tests.Protocols.Trpc;
using Meltemi.Tests.Samples;

namespace Meltemi.Tests.Protocols.Recognition;

/// <summary>What is expected of each recogniser: the table of docs/protocols.md.</summary>
/// <param name="Least">Bytes after which it says yes to the message that shows it soonest.</param>
/// <param name="Most">Bytes after which it has said yes to every message of the samples.</param>
internal sealed record RecogniserTable(ICodec Codec, IReadOnlyList<Sample> Samples, Certainty Certainty, int Least, int Most, string LooksAt)
{
    private static readonly CodecOptions Options = new();

    public static IReadOnlyList<RecogniserTable> BuiltIn { get; } =
    [
        new(new BoltCodec(Options), BoltSamples.All, Certainty.Likely, 22, 24, "the whole head of a call or heartbeat: codes, versions, lengths"),
        new(new BrpcCodec(Options), BrpcSamples.All, Certainty.Sure, 4, 4, "`PRPC`"),
        new(new DubboCodec(Options), DubboSamples.All, Certainty.Sure, 3, 3, "magic number 0xdabb, a request"),
        new(new TarsCodec(Options), TarsSamples.All, Certainty.Likely, 11, 14, "length, version, and the fields of a request up to the servant's name"),
        new(new ThriftCodec(Options), ThriftSamples.All, Certainty.Sure, 2, 19, "version or THeader's magic number, a call; the old protocol by a whole name and its type"),
        new(new TrpcCodec(Options), TrpcSamples.All, Certainty.Sure, 4, 4, "magic number 0x0930, a call or an opening of a stream"),
    ];

    /// <summary>With one that is plugged in.</summary>
    public static IReadOnlyList<RecogniserTable> All { get; } =
    [
        .. BuiltIn, new(new AwesomeRpcCodecFactory().Create(Options), AwesomeRpcSamples.All, Certainty.Sure, 3, 3, "`AW` and a 1"),
    ];

    public string Name => Codec.Info.Name;

    /// <summary>Messages that a client may send first.</summary>
    public IEnumerable<Sample> First => Samples.Where(sample => sample.Origin == Origin.Client && sample.After.Count == 0
        && sample.Kind is MessageKind.Request or MessageKind.OneWay or MessageKind.Heartbeat or MessageKind.StreamOpen);

    /// <summary>Length of the beginning after which it says yes; null: never.</summary>
    public int? YesAfter(byte[] bytes)
    {
        for (var length = 1; length <= Math.Min(bytes.Length, Recognising.MaxBytes); length++)
        {
            if (Codec.Recognise(bytes.AsSpan(0, length)) == Meltemi.Codec.Recognition.Yes) return length;
        }

        return null;
    }
}
