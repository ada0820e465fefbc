namespace Meltemi.Codec.Declarative.Explaining;

/// <summary>A field of one message, or a part of it, for people.</summary>
/// <param name="Offset">From the beginning of the message.</param>
/// <param name="Length">Bytes; 0 for bits, which take no room.</param>
/// <param name="Name">As the layout calls it; of a part its key.</param>
/// <param name="Type">As the layout has it; empty for parts.</param>
/// <param name="Value">Number, text, or hexadecimal digits; empty where there are parts instead.</param>
/// <param name="Parts">What is in it.</param>
public sealed record ExplainedField(int Offset, int Length, string Name, string Type, string Value, IReadOnlyList<ExplainedField> Parts);
