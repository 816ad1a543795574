using Tricks.Torch.Models;

namespace Tricks.Benchmarks;

/// <summary>A training step to be timed.</summary>
internal sealed record Work(Architecture Architecture, int ImageSize, int BatchSize, int Classes);

/// <summary>A training whose steps are timed.</summary>
internal interface ITimedTraining : IDisposable
{
    /// <summary>Takes one step on a batch that is there already.</summary>
    void Step();
}
