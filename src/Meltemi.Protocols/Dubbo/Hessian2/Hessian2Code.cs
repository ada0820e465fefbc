namespace Meltemi.Protocols.Dubbo.Hessian2;

/// <summary>First bytes of Hessian 2 values (hessian.caucho.com, "Hessian 2.0 Serialization Protocol", section 12: bytecode map).</summary>
internal static class Hessian2Code
{
    public const byte ShortTextMax = 0x1f;
    public const byte MediumText = 0x30;
    public const byte MediumTextMax = 0x33;
    public const byte ClassDefinition = (byte)'C';
    public const byte False = (byte)'F';
    public const byte UntypedMap = (byte)'H';
    public const byte Int = (byte)'I';
    public const byte Long = (byte)'L';
    public const byte TypedMap = (byte)'M';
    public const byte Null = (byte)'N';
    public const byte TextChunk = (byte)'R';
    public const byte Text = (byte)'S';
    public const byte True = (byte)'T';
    public const byte LongAsInt = 0x59;
    public const byte End = (byte)'Z';

    /// <summary>The compact form of an int from -16 to 47.</summary>
    public static byte SmallInt(int value) => (byte)(0x90 + value);
}
