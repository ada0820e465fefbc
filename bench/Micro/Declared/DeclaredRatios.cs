using System.Diagnostics;
using System.Globalization;

namespace Meltemi.Bench.Micro.Declared;

/// <summary>
/// Prints what a described protocol costs as a multiple of the same protocol in code: <c>dotnet run -c Release --project bench/Micro -- declared</c>. Both take turns in short
/// rounds and the best round of each counts, so that a busy machine disturbs both alike.
/// </summary>
internal static class DeclaredRatios
{
    private static readonly TimeSpan Each = TimeSpan.FromSeconds(2);
    private const int Batch = 500;

    public static void Print()
    {
        Console.WriteLine($"{"protocol",-12} {"step",-10} {"in code",10} {"declared",10} {"ratio",6}");
        foreach (var protocol in (string[])["awesomerpc", "bolt"])
        {
            var (code, declared) = DeclaredBench.Pair(protocol);
            code.CheckSame(declared);
            double codeTotal = 0, declaredTotal = 0;
            foreach (var (name, counts, step) in Steps())
            {
                var (left, right) = Measure(code, declared, step);
                if (counts) (codeTotal, declaredTotal) = (codeTotal + left, declaredTotal + right);
                Write(protocol, name, left, right);
            }

            Write(protocol, "request", codeTotal, declaredTotal);
        }

        Console.WriteLine("decode: a request and its answer; request: decode, read and patch, which is what a forwarded request takes");
    }

    private static (string Name, bool Counts, Func<Steps, int> Step)[] Steps() =>
    [
        ("decode", true, steps => steps.Decode(Batch)),
        ("read", true, steps => steps.Read(Batch)),
        ("patch", true, steps => steps.Patch(Batch)),
        ("rewrite", false, steps => steps.Rewrite(Batch)),
        ("reply", false, steps => steps.Reply(Batch)),
    ];

    private static void Write(string protocol, string step, double code, double declared) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{protocol,-12} {step,-10} {code,7:0.0} ns {declared,7:0.0} ns {declared / code,6:0.00}"));

    private static (double Code, double Declared) Measure(Steps code, Steps declared, Func<Steps, int> step)
    {
        double left = double.MaxValue, right = double.MaxValue;
        // Long enough for the runtime to compile everything with what it has learnt; what was before is never the best.
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < Each;)
        {
            left = Math.Min(left, Time(code, step));
            right = Math.Min(right, Time(declared, step));
        }

        return (left, right);
    }

    private static double Time(Steps steps, Func<Steps, int> step)
    {
        var start = Stopwatch.GetTimestamp();
        step(steps);
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / Batch;
    }
}
