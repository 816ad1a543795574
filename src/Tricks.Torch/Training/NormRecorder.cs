using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Training;

/// <summary>Sums up the norms of every parameter and of its gradients over the recorded steps of an epoch.</summary>
/// <remarks>It reads, and changes no bit of a training. One transfer from the device per recorded step.</remarks>
internal sealed class NormRecorder(Module<Tensor, Tensor> network, int interval)
{
    private readonly (string Name, Parameter Value)[] _parameters = [.. network.named_parameters()];
    private Dictionary<string, NormSums> _sums = [];

    /// <summary>The sums so far, for a checkpoint in the middle of an epoch; replacing them resumes there.</summary>
    public IReadOnlyDictionary<string, NormSums> Sums
    {
        get => _sums;
        set => _sums = new Dictionary<string, NormSums>(value);
    }

    /// <summary>Looks at the parameters that have a gradient, if this is a step to record.</summary>
    public void Record(long step)
    {
        if (step % interval != 0)
            return;
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var moved = _parameters.Where(parameter => parameter.Value.grad is not null).ToList(); // frozen ones have none
        if (moved.Count == 0)
            return;
        var norms = stack([.. moved.SelectMany(p => new[] { Norm(p.Value.grad!), Norm(p.Value) })]).cpu().data<double>().ToArray();
        for (var i = 0; i < moved.Count; i++)
            _sums[moved[i].Name] = _sums.GetValueOrDefault(moved[i].Name).Add(norms[2 * i], norms[(2 * i) + 1]);
    }

    /// <summary>The norms of the steps recorded since the last call of <see cref="EndEpoch"/>, in the network's order.</summary>
    public IReadOnlyList<ParameterNorms> SoFar() =>
        [.. _parameters.Where(p => _sums.ContainsKey(p.Name)).Select(p => _sums[p.Name].Of(p.Name, (int)p.Value.dim()))];

    /// <summary>The norms of the epoch; the next epoch begins anew.</summary>
    public IReadOnlyList<ParameterNorms> EndEpoch()
    {
        var norms = SoFar();
        _sums.Clear();
        return norms;
    }

    // In 64 bits: the squares of gradients that explode leave the range of 32 bits long before the gradients do.
    private static Tensor Norm(Tensor x) => x.to(ScalarType.Float64).norm();
}

/// <summary>What is summed up of one parameter.</summary>
/// <param name="Steps">Recorded steps.</param>
/// <param name="GradientSquares">Sum of the squared gradient norms.</param>
/// <param name="GreatestGradient">The greatest gradient norm.</param>
/// <param name="WeightSquares">Sum of the squared norms of the parameter.</param>
internal readonly record struct NormSums(long Steps, double GradientSquares, double GreatestGradient, double WeightSquares)
{
    public NormSums Add(double gradient, double weight) => new(
        Steps + 1, GradientSquares + (gradient * gradient), Math.Max(GreatestGradient, gradient), WeightSquares + (weight * weight));

    public ParameterNorms Of(string name, int rank) =>
        new(name, rank, Math.Sqrt(GradientSquares / Steps), GreatestGradient, Math.Sqrt(WeightSquares / Steps));
}
