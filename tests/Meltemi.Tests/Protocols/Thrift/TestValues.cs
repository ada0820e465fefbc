namespace Meltemi.Tests.Protocols.Thrift;

/// <summary>Random values of every type, nested, from a seed; the same seed gives the same value in both protocols.</summary>
internal sealed class TestValues(int seed, bool compact)
{
    private static readonly TestType[] Types = Enum.GetValues<TestType>();
    private readonly Random _random = new(seed);
    private readonly TestWriter _writer = new(compact);

    public static byte[] Call(int seed, bool compact)
    {
        var values = new TestValues(seed, compact);
        values._writer.Call($"method{seed}", seed);
        values.Struct(4);
        return values._writer.ToArray();
    }

    private void Struct(int depth)
    {
        var number = 0;
        for (var fields = _random.Next(8); fields > 0; fields--)
        {
            var type = Type(depth);
            var truth = _random.Next(2) == 0;
            _writer.Field(type, ref number, _random.Next(1, 40), truth);
            if (type != TestType.Bool) Value(type, depth);
            else if (!compact) _writer.Raw((byte)(truth ? 1 : 0));
        }

        _writer.Stop();
    }

    private void Value(TestType type, int depth)
    {
        switch (type)
        {
            case TestType.Bool or TestType.Byte:
                _writer.Raw((byte)_random.Next(1, 3));
                break;
            case TestType.I16:
                _writer.I16((short)_random.Next());
                break;
            case TestType.I32:
                _writer.I32(_random.Next(int.MinValue, int.MaxValue) >> _random.Next(32));
                break;
            case TestType.I64:
                _writer.I64(_random.NextInt64(long.MinValue, long.MaxValue) >> _random.Next(64));
                break;
            case TestType.Double:
                _writer.Raw(Bytes(8));
                break;
            case TestType.Uuid:
                _writer.Raw(Bytes(16));
                break;
            case TestType.String:
                _writer.String(new string('s', _random.Next(_random.Next(3) == 0 ? 300 : 5)));
                break;
            case TestType.Struct:
                Struct(depth - 1);
                break;
            case TestType.Map:
                var (key, value, pairs) = (Type(depth - 1), Type(depth - 1), Count());
                _writer.Map(key, value, pairs);
                for (; pairs > 0; pairs--)
                {
                    Value(key, depth - 1);
                    Value(value, depth - 1);
                }

                break;
            default:
                var (element, count) = (Type(depth - 1), Count());
                _writer.List(element, count);
                for (; count > 0; count--) Value(element, depth - 1);
                break;
        }
    }

    // At depth 0 only what has no values inside.
    private TestType Type(int depth)
    {
        var type = Types[_random.Next(Types.Length)];
        return depth <= 0 && type is (TestType.Struct or TestType.Map or TestType.List or TestType.Set) ? TestType.I64 : type;
    }

    private int Count() => _random.Next(_random.Next(4) == 0 ? 20 : 4);

    private byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        _random.NextBytes(bytes);
        return bytes;
    }
}
