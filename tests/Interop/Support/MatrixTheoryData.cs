namespace Meltemi.Interop.Tests.Support;

/// <summary>Every value with every other.</summary>
internal sealed class MatrixTheoryData<T1, T2> : TheoryData<T1, T2>
{
    public MatrixTheoryData(IEnumerable<T1> first, IReadOnlyCollection<T2> second)
    {
        foreach (var a in first)
        {
            foreach (var b in second) Add(a, b);
        }
    }
}

/// <summary>Every value with every other.</summary>
internal sealed class MatrixTheoryData<T1, T2, T3> : TheoryData<T1, T2, T3>
{
    public MatrixTheoryData(IEnumerable<T1> first, IReadOnlyCollection<T2> second, IReadOnlyCollection<T3> third)
    {
        foreach (var a in first)
        {
            foreach (var b in second)
            {
                foreach (var c in third) Add(a, b, c);
            }
        }
    }
}
