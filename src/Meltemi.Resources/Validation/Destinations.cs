using Meltemi.Resources.Istio;

namespace Meltemi.Resources.Validation;

/// <summary>Where requests go.</summary>
internal static class Destinations
{
    /// <summary>Checks host and subset; what is required the reader has checked.</summary>
    public static void Check(Destination? destination, FieldPath field)
    {
        if (destination is null) return;
        Hosts.Check(destination.Host, field["host"]);
        if (destination.Subset.Length > 0)
            field["subset"].ErrorIf($"'{destination.Subset}' cannot be a subset's name", Names.AnyCaseLabelComplaint(destination.Subset));
    }

    /// <summary>Checks the weights of a route's destinations.</summary>
    /// <param name="weights">One for each destination.</param>
    /// <param name="field">The list of destinations.</param>
    /// <param name="percent">Whether they must sum up to 100; otherwise to more than 0.</param>
    public static void CheckWeights(IReadOnlyList<long> weights, FieldPath field, bool percent)
    {
        var sum = weights.Sum();
        if (weights.Count == 1 && weights[0] is not (0 or 100))
            field[0]["weight"].Warning("a single destination gets all requests, whatever its weight");
        if (weights.Count < 2 || field.IsWrong) return;
        if (percent && sum != 100)
        {
            field.Error($"the weights sum up to {sum}, not to 100");
            return;
        }

        if (sum == 0)
        {
            field.Error("all weights are 0");
            return;
        }

        for (var i = 0; i < weights.Count; i++)
        {
            if (weights[i] == 0) field[i].Warning("the weight is 0: it gets no requests");
        }
    }
}
