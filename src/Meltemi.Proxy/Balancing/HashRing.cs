using System.Buffers.Binary;
using System.Buffers.Text;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Meltemi.Proxy.Hashing;

namespace Meltemi.Proxy.Balancing;

/// <summary>
/// A ring of points, each owned by an endpoint; a hash belongs to the owner of the first point at or after it. An endpoint that comes or
/// goes moves only the hashes of its own points. Immutable.
/// </summary>
public sealed class HashRing
{
    private const int KetamaPointsPerDigest = 4;
    private const int KetamaDigestsPerServer = 40;

    private readonly ulong[] _points;
    private readonly int[] _owners;
    private readonly ulong _mask;

    // The ring cut into arcs of equal length, about as many as points: the first point in or after each arc. Points are spread evenly, so
    // this finds in one step what a binary search finds in many that no branch predictor can guess.
    private readonly int[] _arcs;
    private readonly int _arcShift;

    private HashRing(List<ulong> points, List<int> owners, ulong mask)
    {
        _points = [.. points];
        _owners = [.. owners];
        _mask = mask;
        Array.Sort(_points, _owners);

        var arcBits = BitOperations.Log2((uint)_points.Length) + 1;
        _arcs = new int[1 << arcBits];
        _arcShift = BitOperations.PopCount(mask) - arcBits;
        for (int arc = 0, point = 0; arc < _arcs.Length; arc++)
        {
            while (point < _points.Length && _points[point] < (ulong)arc << _arcShift) point++;
            _arcs[arc] = point;
        }
    }

    /// <summary>Number of points.</summary>
    public int Count => _points.Length;

    /// <summary>The points in order.</summary>
    internal ReadOnlySpan<ulong> Points => _points;

    /// <summary>
    /// Envoy's ring: points are xxHash64 of "key_0", "key_1", ..., their numbers proportional to the weights, such that the lightest
    /// endpoint gets a whole number of them and all together are at least the least and at most the greatest ring size. So when one of N
    /// endpoints leaves, the others get some points more, and about 1/N of the hashes move besides its own.
    /// </summary>
    public static HashRing Build(EndpointGroup group)
    {
        var total = group.Weights.Sum(weight => (double)weight);
        var lightest = group.Weights.Min() / total;
        var size = Math.Min(Math.Ceiling(lightest * group.Balancer.MinRingSize) / lightest, group.Balancer.MaxRingSize);

        var points = new List<ulong>((int)size + 1);
        var owners = new List<int>((int)size + 1);
        var target = 0.0;
        foreach (var owner in group.ByHashKey())
        {
            var key = new PointKey(group.Endpoints[owner].HashKey, '_');
            target += size * group.Weights[owner] / total;
            for (var i = 0; points.Count < target; i++)
            {
                points.Add(XxHash64.Hash(key.Numbered(i)));
                owners.Add(owner);
            }
        }

        return new(points, owners, ulong.MaxValue);
    }

    /// <summary>
    /// The ring of libketama: the MD5 of "key-0", "key-1", ... gives four 32-bit points each; 40 digests for an average endpoint. Clients
    /// of a cache that speak ketama find the same endpoints if the hash is <see cref="KetamaHash"/> of the cache key. Of other
    /// hashes the low 32 bits count. Ring sizes do not apply.
    /// </summary>
    public static HashRing BuildKetama(EndpointGroup group)
    {
        var points = new List<ulong>();
        var owners = new List<int>();
        var total = group.Weights.Sum(weight => (double)weight);
        Span<byte> digest = stackalloc byte[MD5.HashSizeInBytes];
        foreach (var owner in group.ByHashKey())
        {
            // In single precision, as libketama counts: the rounding decides whether an endpoint gets one digest more.
            var share = (float)(group.Weights[owner] / total);
            var digests = Math.Max(1, (int)MathF.Floor((float)(share * (double)KetamaDigestsPerServer * group.Weights.Length)));
            var key = new PointKey(group.Endpoints[owner].HashKey, '-');
            for (var i = 0; i < digests; i++)
            {
                MD5.HashData(key.Numbered(i), digest);
                for (var part = 0; part < KetamaPointsPerDigest; part++)
                {
                    points.Add(BinaryPrimitives.ReadUInt32LittleEndian(digest[(part * 4)..]));
                    owners.Add(owner);
                }
            }
        }

        return new(points, owners, uint.MaxValue);
    }

    /// <summary>The hash of a cache key by which clients that speak ketama find its server.</summary>
    public static ulong KetamaHash(ReadOnlySpan<byte> key)
    {
        Span<byte> digest = stackalloc byte[MD5.HashSizeInBytes];
        MD5.HashData(key, digest);
        return BinaryPrimitives.ReadUInt32LittleEndian(digest);
    }

    /// <summary>The point that a hash belongs to: the first at or after it, after the last the first.</summary>
    public int Find(ulong hash)
    {
        // The arc says where to begin; it holds one point or so.
        hash &= _mask;
        var point = _arcs[hash >> _arcShift];
        while (point < _points.Length && _points[point] < hash) point++;
        return point == _points.Length ? 0 : point;
    }

    /// <summary>Index of the endpoint that owns a point.</summary>
    public int Owner(int point) => _owners[point];

    private readonly struct PointKey
    {
        private readonly byte[] _buffer;
        private readonly int _length;

        public PointKey(string key, char separator)
        {
            _buffer = new byte[Encoding.UTF8.GetMaxByteCount(key.Length) + 12];
            _length = Encoding.UTF8.GetBytes(key, _buffer);
            _buffer[_length++] = (byte)separator;
        }

        public ReadOnlySpan<byte> Numbered(int number)
        {
            Utf8Formatter.TryFormat(number, _buffer.AsSpan(_length), out var digits);
            return _buffer.AsSpan(0, _length + digits);
        }
    }
}
