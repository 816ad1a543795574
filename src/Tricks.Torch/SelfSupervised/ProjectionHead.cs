using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.SelfSupervised;

/// <summary>SimCLR's projection head g: features h to embeddings z = W2 relu(W1 h), on which the loss is computed (arXiv:2002.05709, §2.1).</summary>
/// <remarks>(N, features) to (N, outputs), in the precision of its weights. After pretraining it is thrown away: h serves better than z (§4.2).</remarks>
public sealed class ProjectionHead : Module<Tensor, Tensor>
{
    private readonly Linear[] _layers;

    /// <summary>Makes a head with TorchSharp's initial weights.</summary>
    /// <param name="features">Length of h, 512 for ResNet-18.</param>
    /// <param name="hidden">Length of the hidden layers, such as 2048.</param>
    /// <param name="outputs">Length of z, such as 128.</param>
    /// <param name="layers">2 (SimCLR) or 3 (SimCLR v2, arXiv:2006.10029), with a ReLU between them.</param>
    public ProjectionHead(int features, int hidden = 2048, int outputs = 128, int layers = 2)
        : base(nameof(ProjectionHead))
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(features);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(hidden);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outputs);
        if (layers is not (2 or 3))
            throw new ArgumentOutOfRangeException(nameof(layers), layers, "A projection head has 2 or 3 layers.");
        int[] widths = [features, .. Enumerable.Repeat(hidden, layers - 1), outputs];
        _layers = [.. Enumerable.Range(0, layers).Select(i => Linear(widths[i], widths[i + 1]))];
        for (var i = 0; i < layers; i++)
            register_module($"fc{i + 1}", _layers[i]);
        RegisterComponents();
    }

    /// <summary>h, (N, features), to z, (N, outputs), owned by the caller.</summary>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var z = _layers[0].call(input);
        foreach (var layer in _layers.Skip(1))
            z = layer.call(z.relu());
        return z.MoveToOuterDisposeScope();
    }
}
