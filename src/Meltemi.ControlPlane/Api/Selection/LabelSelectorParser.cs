using System.Collections.Immutable;
using Meltemi.ControlPlane.Api.Errors;

namespace Meltemi.ControlPlane.Api.Selection;

/// <summary>
/// Reads the selector's grammar:
/// <code>
/// selector    = requirement *( "," requirement )
/// requirement = [ "!" ] key | key ( "=" | "==" | "!=" ) [ value ] | key ( ">" | "&lt;" ) number | key ( "in" | "notin" ) "(" value *( "," value ) ")"
/// </code>
/// </summary>
internal sealed class LabelSelectorParser(string text)
{
    private int _at;

    public ImmutableArray<LabelRequirement> Parse()
    {
        var requirements = ImmutableArray.CreateBuilder<LabelRequirement>();
        do requirements.Add(Requirement());
        while (Take(","));
        SkipBlanks();
        return _at == text.Length ? requirements.ToImmutable() : throw Wrong($"\"{text[_at..]}\" was not expected");
    }

    private LabelRequirement Requirement()
    {
        if (Take("!")) return new(Key(), LabelOperator.Missing, []);
        var key = Key();
        if (Take("==") || Take("=")) return new(key, LabelOperator.In, [Word()]);
        if (Take("!=")) return new(key, LabelOperator.NotIn, [Word()]);
        if (Take(">")) return new(key, LabelOperator.GreaterThan, [Number()]);
        if (Take("<")) return new(key, LabelOperator.LessThan, [Number()]);
        var start = _at;
        switch (Word())
        {
            case "in":
                return new(key, LabelOperator.In, Values());
            case "notin":
                return new(key, LabelOperator.NotIn, Values());
            default:
                _at = start;
                return new(key, LabelOperator.Exists, []);
        }
    }

    private ImmutableArray<string> Values()
    {
        if (!Take("(")) throw Wrong("\"(\" was expected");
        var values = ImmutableArray.CreateBuilder<string>();
        do values.Add(Word());
        while (Take(","));
        return Take(")") ? values.ToImmutable() : throw Wrong("\")\" was expected");
    }

    private string Key() => Word() is { Length: > 0 } key ? key : throw Wrong("the name of a label was expected");

    private string Number()
    {
        var word = Word();
        return LabelRequirement.Number(word) is not null ? word : throw Wrong($"\"{word}\" is no whole number");
    }

    private string Word()
    {
        SkipBlanks();
        var start = _at;
        while (_at < text.Length && !"=!<>(), \t".Contains(text[_at], StringComparison.Ordinal)) _at++;
        return text[start.._at];
    }

    private bool Take(string token)
    {
        SkipBlanks();
        if (string.CompareOrdinal(text, _at, token, 0, token.Length) != 0) return false;
        _at += token.Length;
        return true;
    }

    private void SkipBlanks()
    {
        while (_at < text.Length && text[_at] is ' ' or '\t') _at++;
    }

    private ApiException Wrong(string why) => Failure.BadRequest($"unable to parse the label selector \"{text}\": at {_at}: {why}");
}
