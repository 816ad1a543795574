using static TorchSharp.torch;

namespace Tricks.Torch.Optim;

/// <summary>libtorch's own SGD step over many tensors in one pass over memory.</summary>
/// <remarks>
/// TorchSharp 0.107 binds the operators one by one, so that a step with momentum reads every weight five times; libtorch has
/// all of it in <c>_fused_sgd_</c>, which we call through a compiled script. Remove when TorchSharp binds the operator.
/// The kernel walks raw memory: parameter, gradient and velocity must have the same strides.
/// </remarks>
internal static class FusedSgd
{
    private const string Script = """
        def step(parameters: List[Tensor], gradients: List[Tensor], velocities: List[Tensor],
                 decay: float, momentum: float, rate: float, nesterov: bool) -> int:
            torch._fused_sgd_(parameters, gradients, velocities, weight_decay=decay, momentum=momentum, lr=rate,
                              dampening=0.0, nesterov=nesterov, maximize=False, is_first_step=False)
            return len(parameters)

        """; // the compiler wants a newline after the last statement

    private static readonly Lazy<jit.CompilationUnit> Unit = new(() => jit.compile(Script));

    /// <summary>Moves the parameters: v = momentum v + g + decay w, then w -= rate (g + decay w + momentum v), or rate v without Nesterov.</summary>
    /// <remarks>A velocity of zeros gives the same first step as none: v = g.</remarks>
    public static void Step(
        Tensor[] parameters, Tensor[] gradients, Tensor[] velocities, double decay, double momentum, double rate, bool nesterov) =>
        Unit.Value.invoke("step", parameters, gradients, velocities, decay, momentum, rate, nesterov);
}
