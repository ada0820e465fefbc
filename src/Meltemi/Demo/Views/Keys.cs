namespace Meltemi.Program.Demo.Views;

/// <summary>What the keys do: those for rules edit the files.</summary>
internal sealed class Keys(DemoMesh mesh)
{
    /// <summary>What there is, line by line.</summary>
    public static readonly string[] Help =
    [
        "0 1 5 9: canary 0, 10, 50, 100 %   j: calls of user jason go to v2   q: quit",
        "s: crash or start dubbo-v1-b   g: it leaves politely   t: crash or start thrift-v1-b",
    ];

    /// <summary>Does what was typed since the last time; false: quit.</summary>
    public async Task<bool> ObeyAsync()
    {
        while (!Console.IsInputRedirected && Console.KeyAvailable)
        {
            var key = char.ToLowerInvariant(Console.ReadKey(intercept: true).KeyChar);
            if (key == 'q') return false;
            await ObeyAsync(key).ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>Does what a key means; keys that mean nothing do nothing.</summary>
    public async Task ObeyAsync(char key)
    {
        var rules = mesh.RulesToChange();
        switch (key)
        {
            case '0': mesh.Write(rules with { CanaryPercent = 0 }); break;
            case '1': mesh.Write(rules with { CanaryPercent = 10 }); break;
            case '5': mesh.Write(rules with { CanaryPercent = 50 }); break;
            case '9': mesh.Write(rules with { CanaryPercent = 100 }); break;
            case 'j': mesh.Write(rules with { JasonToV2 = !rules.JasonToV2 }); break;
            case 's': await ToggleAsync("dubbo-v1-b", politely: false).ConfigureAwait(false); break;
            case 'g': await ToggleAsync("dubbo-v1-b", politely: true).ConfigureAwait(false); break;
            case 't': await ToggleAsync("thrift-v1-b", politely: false).ConfigureAwait(false); break;
        }
    }

    private Task ToggleAsync(string name, bool politely) =>
        mesh.ToggleAsync(mesh.Instances.First(instance => instance.Name == name), politely);
}
