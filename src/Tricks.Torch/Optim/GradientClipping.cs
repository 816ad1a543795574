using Tricks.Torch.Runtime;
using static TorchSharp.torch;

namespace Tricks.Torch.Optim;

/// <summary>Bounds on gradients before a step, against steps that leave the region where a gradient says anything (Pascanu et al., arXiv:1211.5063).</summary>
public static class GradientClipping
{
    /// <summary>Clips every element of every gradient into [-limit, limit], in place.</summary>
    /// <param name="parameters">Those without a gradient are passed over.</param>
    /// <param name="limit">Greater than 0; infinity is off.</param>
    public static void ByValue(IEnumerable<Tensor> parameters, double limit)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Check(limit, nameof(limit));
        if (double.IsPositiveInfinity(limit))
            return;
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        foreach (var gradient in GradientsOf(parameters))
            gradient.ClampTo(-limit, limit);
    }

    /// <summary>Scales all gradients by min(1, limit / (norm + 1e-6)), in place, where norm is the 2-norm of all of them together.</summary>
    /// <remarks>As PyTorch's clip_grad_norm_. Below the limit no bit changes.</remarks>
    /// <param name="parameters">Those without a gradient are passed over.</param>
    /// <param name="limit">Greater than 0; infinity is off.</param>
    /// <returns>The norm before clipping; 0 without gradients.</returns>
    public static double ByGlobalNorm(IEnumerable<Tensor> parameters, double limit)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Check(limit, nameof(limit));
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var gradients = GradientsOf(parameters).ToList();
        if (gradients.Count == 0)
            return 0;
        var norm = stack([.. gradients.Select(gradient => gradient.norm())]).norm().to(ScalarType.Float64).item<double>();
        var factor = limit / (norm + 1e-6);
        if (factor < 1)
        {
            foreach (var gradient in gradients)
                gradient.MultiplyBy(factor);
        }

        return norm;
    }

    private static IEnumerable<Tensor> GradientsOf(IEnumerable<Tensor> parameters) =>
        parameters.Select(parameter => parameter.grad).OfType<Tensor>();

    private static void Check(double limit, string name)
    {
        if (!(limit > 0))
            throw new ArgumentOutOfRangeException(name, limit, "The limit of gradient clipping must be greater than 0; infinity turns it off.");
    }
}
