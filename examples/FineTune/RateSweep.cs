using System.Globalization;

namespace FineTune;

/// <summary>Ways of training at several rates, over seeds. For each seed the validation images choose a way's rate, and the test images are asked once.</summary>
internal sealed class RateSweep
{
    private readonly List<(string Way, double Rate, double Validation, double Test)> _runs = [];

    public void Add(string way, double rate, double validation, double test)
    {
        _runs.Add((way, rate, validation, test));
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{way}, {rate}: validation {validation:f4}, test {test:f4}"));
    }

    /// <summary>
    /// Four tables: validation accuracy at each rate; test accuracy at the chosen ones; how much higher a row's is than a column's, by seed;
    /// test accuracy at each rate.
    /// </summary>
    public void Print()
    {
        var ways = _runs.Select(run => run.Way).Distinct().ToList();
        PrintRates("validation", run => run.Validation);
        Console.WriteLine($"\n| n = {Chosen(ways[0]).Count} | test, at the rate chosen | rates chosen |\n|---|---|---|");
        foreach (var way in ways)
            Console.WriteLine($"| {way} | {Cell(Test(way))} | {string.Join(", ", Chosen(way).Select(run => run.Rate.ToString(CultureInfo.InvariantCulture)))} |");
        Console.WriteLine($"\n| row less column | {string.Join(" | ", ways)} |\n|---|{string.Concat(ways.Select(_ => "---|"))}");
        foreach (var way in ways)
            Console.WriteLine($"| {way} | {string.Join(" | ", ways.Select(other => way == other ? "" : Cell([.. Test(way).Zip(Test(other), (its, others) => its - others)])))} |");
        Console.WriteLine();
        PrintRates("test, which chose nothing", run => run.Test);
    }

    /// <summary>Mean ± sample standard deviation.</summary>
    public static string Cell(IReadOnlyCollection<double> values)
    {
        var mean = values.Average();
        var deviation = Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / Math.Max(1, values.Count - 1));
        return string.Create(CultureInfo.InvariantCulture, $"{mean:f3} ± {deviation:f3}");
    }

    private List<double> Test(string way) => [.. Chosen(way).Select(run => run.Test)];

    /// <summary>For each seed, the run of highest validation accuracy; of equal ones that of the smallest rate.</summary>
    private List<(string Way, double Rate, double Validation, double Test)> Chosen(string way)
    {
        var runs = _runs.Where(run => run.Way == way).ToList();
        var rates = runs.Select(run => run.Rate).Distinct().Count();
        return [.. runs.Chunk(rates).Select(seed => seed.MaxBy(run => (run.Validation, -run.Rate)))];
    }

    private void PrintRates(string which, Func<(string Way, double Rate, double Validation, double Test), double> accuracy)
    {
        var rates = _runs.Select(run => run.Rate).Distinct().ToList();
        Console.WriteLine($"| {which} | {string.Join(" | ", rates.Select(rate => rate.ToString(CultureInfo.InvariantCulture)))} |\n|---|{string.Concat(rates.Select(_ => "---|"))}");
        foreach (var runs in _runs.GroupBy(run => run.Way))
            Console.WriteLine($"| {runs.Key} | {string.Join(" | ", rates.Select(rate => Cell([.. runs.Where(run => run.Rate == rate).Select(accuracy)])))} |");
    }
}
