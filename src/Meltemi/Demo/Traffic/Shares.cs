namespace Meltemi.Program.Demo.Traffic;

/// <summary>Who answered the calls that were routed by one set of rules.</summary>
internal sealed class Shares(DemoRules rules)
{
    private int _calls;
    private int _toV2;
    private int _jason;
    private int _jasonToV2;

    public void Add(Call call)
    {
        var toV2 = call.Version == "v2" ? 1 : 0;
        if (rules.JasonToV2 && call.User == DemoRules.Jason)
        {
            _jason++;
            _jasonToV2 += toV2;
        }
        else
        {
            _calls++;
            _toV2 += toV2;
        }
    }

    public ShareCount Read() => new(rules, _calls, _toV2, _jason, _jasonToV2);
}

/// <summary>Answered calls under rules.</summary>
/// <param name="Rules">The rules.</param>
/// <param name="Calls">Calls that go by weight.</param>
/// <param name="ToV2">Those of them that v2 answered.</param>
/// <param name="Jason">Calls that go by the rule for jason; 0 while it is off.</param>
/// <param name="JasonToV2">Those of them that v2 answered.</param>
internal sealed record ShareCount(DemoRules Rules, int Calls, int ToV2, int Jason, int JasonToV2)
{
    private const int Sigmas = 5;
    private const int EnoughCalls = 30;
    private const int EnoughOfJason = 5;

    /// <summary>Share of v2 by weight, in percent.</summary>
    public double Percent => Calls > 0 ? 100.0 * ToV2 / Calls : 0;

    /// <summary>There are enough calls to say whether the rules hold.</summary>
    public bool IsEnough => Calls >= EnoughCalls && (!Rules.JasonToV2 || Jason >= EnoughOfJason);

    /// <summary>
    /// Whether the rules hold. A weighted choice is a draw, so its count may be five standard deviations off, which happens by chance once
    /// in two million; and one call more, since of a few calls a rare one counts much. 0 %, 100 % and the rule for jason leave nothing to chance.
    /// </summary>
    public bool Fits
    {
        get
        {
            var share = Rules.CanaryPercent / 100.0;
            var deviation = Math.Sqrt(Calls * share * (1 - share));
            return Calls + Jason > 0 && Math.Abs(ToV2 - Calls * share) <= (deviation > 0 ? Sigmas * deviation + 1 : 1e-9) && JasonToV2 == Jason;
        }
    }
}
