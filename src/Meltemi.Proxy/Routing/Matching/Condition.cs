using Meltemi.Codec;
using Meltemi.Proxy.Config;

namespace Meltemi.Proxy.Routing.Matching;

/// <summary>
/// A compiled <see cref="AttributeMatch"/>. A missing attribute is judged as Envoy judges a missing header:
/// <list type="bullet">
/// <item>with <see cref="AttributeMatch.MissingAsEmpty"/>: as an attribute with an empty value;</item>
/// <item>else a <see cref="PresentMatch"/> decides by the absence, and can be inverted;</item>
/// <item>else the condition does not hold, inverted or not.</item>
/// </list>
/// </summary>
public sealed class Condition
{
    private readonly int _slot;
    private readonly ValueMatcher _matcher;
    private readonly bool _invert;
    private readonly bool _missingAsEmpty;
    private readonly bool _whenMissing;

    /// <summary>Compiles a condition for messages whose values are read with <paramref name="keys"/>.</summary>
    public Condition(AttributeMatch match, AttributeKeys keys)
    {
        _slot = keys.IndexOf(match.Attribute);
        _matcher = ValueMatcher.Compile(match.Value);
        _invert = match.Invert;
        _missingAsEmpty = match.MissingAsEmpty;
        _whenMissing = match.Value is PresentMatch present && present.Present == match.Invert;
    }

    /// <summary>Whether a message fulfils it.</summary>
    public bool Holds(ReadOnlySpan<byte> message, AttributeValues values)
    {
        if (!_missingAsEmpty && !values.Has(_slot)) return _whenMissing;
        return _matcher.Matches(values.Get(_slot, message)) != _invert;
    }

    /// <summary>Whether all of them hold; true if there are none.</summary>
    public static bool AllHold(Condition[] conditions, ReadOnlySpan<byte> message, AttributeValues values)
    {
        foreach (var condition in conditions)
        {
            if (!condition.Holds(message, values)) return false;
        }

        return true;
    }
}
