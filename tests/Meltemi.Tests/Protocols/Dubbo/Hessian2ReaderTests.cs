using Meltemi.Codec;
using Meltemi.Tests.Protocols.Dubbo.Support;
using static Meltemi.Tests.Protocols.Dubbo.Support.DubboMessages;

namespace Meltemi.Tests.Protocols.Dubbo;

public class Hessian2ReaderTests
{
    /// <summary>Those that do not need definitions of earlier ones.</summary>
    public static TheoryData<string> Forms =>
        [.. EveryHessianForm.Values.Keys.Except(["object in long form", "definitions in a row", "many definitions"])];

    [Theory]
    [MemberData(nameof(Forms))]
    public void Every_form_is_passed_exactly_and_no_prefix_of_it_is(string form)
    {
        var value = new HessianWriter();
        EveryHessianForm.Values[form](value);
        var bytes = value.ToArray();
        Assert.Equal(["ann"], Read(bytes));
        var step = Math.Max(1, bytes.Length / 100);
        for (var length = 0; length < bytes.Length; length += step)
        {
            var cut = Request(Head("Ljava/lang/Object;").Raw(bytes[..length]));
            Assert.False(Driver.TryRead(cut, Origin.Client, ["user"], out _), $"{length} of {bytes.Length} bytes");
        }
    }

    [Fact]
    public void All_forms_together_are_passed() => Assert.Equal(["ann"], Driver.Read(EveryHessianForm.Request(), "user"));

    [Theory]
    [InlineData("40")]
    [InlineData("45")]
    [InlineData("47")]
    [InlineData("50")]
    [InlineData("5a")]
    [InlineData("60")]
    [InlineData("4f90")]
    [InlineData("4f4e")]
    [InlineData("5890ff")]
    [InlineData("588f")]
    [InlineData("5849ffffffff")]
    [InlineData("58497fffffff")]
    [InlineData("43016149ffffffff60")]
    [InlineData("4301618f60")]
    [InlineData("4890")]
    [InlineData("48905a")]
    [InlineData("0180")]
    [InlineData("01c3")]
    [InlineData("01c341")]
    [InlineData("01f09f9880")]
    [InlineData("01ff")]
    [InlineData("5200016190")]
    [InlineData("4100016190")]
    public void What_is_no_Hessian_is_refused(string bytes) =>
        Assert.False(Driver.TryRead(Request(Head("Ljava/lang/Object;").Raw(Convert.FromHexString(bytes))), Origin.Client, ["user"], out _));

    [Fact]
    public void Nesting_is_bounded_but_deep()
    {
        Assert.Equal(["ann"], Read(Nested(4000)));
        Assert.False(Driver.TryRead(WithArgument(Nested(5000)), Origin.Client, ["user"], out _));
        Assert.False(Driver.TryRead(WithArgument([.. Enumerable.Repeat((byte)'H', 1_000_000)]), Origin.Client, ["user"], out _));

        // The null after each inner list makes it not the last.
        static byte[] Nested(int depth) => [.. Enumerable.Repeat((byte)0x7a, depth), .. Enumerable.Repeat((byte)'N', depth + 1)];
    }

    [Fact]
    public void A_list_linked_by_its_last_field_may_be_as_long_as_it_likes()
    {
        var list = new HessianWriter().Class("a.Node", "value", "next");
        for (var i = 0; i < 100_000; i++) list.Object(0).Int(1);
        Assert.Equal(["ann"], Read(list.Null().ToArray()));
    }

    [Fact]
    public void Class_definitions_are_bounded()
    {
        Assert.Equal(["ann"], Read(Definitions(4096)));
        Assert.False(Driver.TryRead(WithArgument(Definitions(4097)), Origin.Client, ["user"], out _));

        static byte[] Definitions(int count)
        {
            var writer = new HessianWriter();
            for (var i = 0; i < count; i++) writer.Class("a");
            return writer.LongObject(count - 1).ToArray();
        }
    }

    private static List<string?> Read(byte[] argument) => Driver.Read(WithArgument(argument), "user");
}
