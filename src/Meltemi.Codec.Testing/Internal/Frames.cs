namespace Meltemi.Codec.Testing;

/// <summary>Comparison of frames in words.</summary>
internal static class Frames
{
    /// <summary>The first difference in what the rest of the proxy sees of two frames, the id and lengths apart; null: none.</summary>
    public static string? Difference(in Frame expected, in Frame actual)
    {
        if (expected.Kind != actual.Kind) return Say("Kind", expected.Kind, actual.Kind);
        if (expected.Flags != actual.Flags) return Say("Flags", expected.Flags, actual.Flags);
        if (expected.Variant != actual.Variant) return Say("Variant", expected.Variant, actual.Variant);
        if (expected.Status != actual.Status) return Say("Status", expected.Status, actual.Status);
        if (expected.Code != actual.Code) return Say("Code", expected.Code, actual.Code);
        return null;
    }

    /// <summary>The first difference in any field; null: none.</summary>
    public static string? AnyDifference(in Frame expected, in Frame actual)
    {
        if (expected.Length != actual.Length) return Say("Length", expected.Length, actual.Length);
        if (expected.Id != actual.Id) return Say("Id", expected.Id, actual.Id);
        if (expected.Memo != actual.Memo) return Say("Memo", expected.Memo, actual.Memo);
        if (expected.KeepOffset != actual.KeepOffset) return Say("KeepOffset", expected.KeepOffset, actual.KeepOffset);
        if (expected.KeepLength != actual.KeepLength) return Say("KeepLength", expected.KeepLength, actual.KeepLength);
        if (expected.Mark0 != actual.Mark0) return Say("Mark0", expected.Mark0, actual.Mark0);
        if (expected.Mark1 != actual.Mark1) return Say("Mark1", expected.Mark1, actual.Mark1);
        return Difference(expected, actual);
    }

    private static string Say<T>(string field, T expected, T actual) => $"{field} is {actual}, expected {expected}";
}
