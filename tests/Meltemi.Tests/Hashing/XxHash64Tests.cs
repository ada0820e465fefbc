using System.Text;
using Meltemi.Proxy.Hashing;

namespace Meltemi.Tests.Hashing;

public class XxHash64Tests
{
    [Theory]
    [InlineData("", 0, 0xEF46DB3751D8E999)]
    [InlineData("a", 0, 0xD24EC4F1A98C6E5B)]
    [InlineData("as", 0, 0x1C330FB2D66BE179)]
    [InlineData("asd", 0, 0x631C37CE72A97393)]
    [InlineData("asdf", 0, 0x415872F599CEA71E)]
    [InlineData("abc", 0, 0x44BC2CF5AD770999)]
    [InlineData("Call me Ishmael. Some years ago--never mind how long precisely-", 0, 0x02A2E85470D6FD96)]
    public void Gives_the_published_values(string text, ulong seed, ulong expected)
    {
        Assert.Equal(expected, XxHash64.Hash(Encoding.UTF8.GetBytes(text), seed));
        Assert.Equal(expected, XxHash64.Hash(text, seed));
    }

    [Theory]
    [InlineData(0, 0UL, 0xEF46DB3751D8E999)]
    [InlineData(0, 2654435761UL, 0xAC75FDA2929B17EF)]
    [InlineData(1, 0UL, 0xE934A84ADB052768)]
    [InlineData(1, 2654435761UL, 0x5014607643A9B4C3)]
    [InlineData(14, 0UL, 0x8282DCC4994E35C8)]
    [InlineData(14, 2654435761UL, 0xC3BD6BF63DEB6DF0)]
    [InlineData(222, 0UL, 0xB641AE8CB691C174)]
    [InlineData(222, 2654435761UL, 0x20CB8AB7AE10C14A)]
    public void Passes_the_self_test_of_the_reference_implementation(int length, ulong seed, ulong expected)
    {
        // The reference's buffer: the top byte of a generator that is multiplied by a prime at each step.
        var bytes = new byte[length];
        ulong generator = 2654435761;
        foreach (ref var value in bytes.AsSpan())
        {
            value = (byte)(generator >> 56);
            generator *= 11400714785074694797;
        }

        Assert.Equal(expected, XxHash64.Hash(bytes, seed));
    }
}
