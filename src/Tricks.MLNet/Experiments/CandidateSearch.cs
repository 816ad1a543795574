namespace Tricks.MLNet.Experiments;

/// <summary>A search that ends in candidates for the comparison.</summary>
/// <param name="Rungs">Who trains how long; empty where there are no more samples than finalists.</param>
/// <param name="Samples">How many are drawn.</param>
/// <param name="Finalists">How many samples enter the comparison.</param>
/// <param name="Sample">The candidate of (seed, sample, epochs).</param>
internal sealed record CandidateSearch(IReadOnlyList<Rung> Rungs, int Samples, int Finalists, Func<long, int, int?, TrainerCandidate> Sample);
