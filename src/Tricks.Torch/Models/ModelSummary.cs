using System.Globalization;
using Tricks.Torch.Kernels;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Models;

/// <summary>The layers of a network with their output shapes, parameters and multiply-adds for one image.</summary>
/// <remarks>
/// A convolution takes (elements of its weight) * H * W multiply-adds, H and W being its output's; a linear layer takes
/// as many as its weight has elements. Normalisations, activations, pools and additions count 0, as in the papers.
/// Layers that only training runs, such as an auxiliary classifier, are not listed.
/// </remarks>
public sealed class ModelSummary
{
    private ModelSummary(IReadOnlyList<LayerSummary> layers) => Layers = layers;

    /// <summary>Every layer that has weights, in the order in which they run.</summary>
    public IReadOnlyList<LayerSummary> Layers { get; }

    /// <summary>Number of trainable elements of these layers.</summary>
    public long Parameters => Layers.Sum(layer => layer.Parameters);

    /// <summary>Multiply-adds for one image.</summary>
    public long MultiplyAdds => Layers.Sum(layer => layer.MultiplyAdds);

    /// <summary>Builds the architecture, summarises it and disposes it.</summary>
    /// <param name="architecture">What to build.</param>
    /// <param name="classes">Number of classes, at least 1.</param>
    /// <param name="inputChannels">1 or 3.</param>
    /// <param name="imageSize">Input height and width in pixels; null for the architecture's default.</param>
    /// <exception cref="ArgumentOutOfRangeException">See <see cref="Architecture.Build"/>.</exception>
    public static ModelSummary Of(Architecture architecture, int classes = 1000, int inputChannels = 3, int? imageSize = null)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        using var network = architecture.Build(classes, inputChannels, imageSize);
        return Of(network, imageSize ?? architecture.DefaultImageSize, inputChannels);
    }

    /// <summary>Summarises a network by one forward pass of two zero images; its weights, statistics and modes stay as they are.</summary>
    /// <param name="network">(N, inputChannels, H, W) to logits.</param>
    /// <param name="imageSize">Input height and width in pixels.</param>
    /// <param name="inputChannels">Channels of the image.</param>
    public static ModelSummary Of(Module<Tensor, Tensor> network, int imageSize, int inputChannels)
    {
        ArgumentNullException.ThrowIfNull(network);
        List<LayerSummary> layers = [];
        var hooks = network.named_modules().Where(entry => HasWeights(entry.module))
            .Select(entry => (entry.name, module: (Module<Tensor, Tensor>)entry.module))
            .Select(entry => entry.module.register_forward_hook((module, _, output) => Add(layers, entry.name, module, output)))
            .ToList();
        try
        {
            Run(network, imageSize, inputChannels);
        }
        finally
        {
            hooks.ForEach(hook => hook.remove());
        }

        return new ModelSummary(layers);
    }

    private static bool HasWeights(nn.Module module) => module is Module<Tensor, Tensor> && module.named_parameters(recurse: false).Any();

    private static void Run(Module<Tensor, Tensor> network, int imageSize, int inputChannels)
    {
        var modes = network.modules().Prepend(network).Select(module => (module, module.training)).ToList(); // parents first
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var plain = KernelSwitch.PlainScope();            // a fused kernel calls no module that a hook could see
        try
        {
            network.eval();                                     // running statistics are read, not moved
            network.call(zeros(2, inputChannels, imageSize, imageSize, device: network.parameters().First().device));
        }
        finally
        {
            foreach (var (module, training) in modes)
                module.train(training);
        }
    }

    private static Tensor Add(List<LayerSummary> layers, string name, Module<Tensor, Tensor> layer, Tensor output)
    {
        var shape = output.shape[1..];                          // without N
        var parameters = layer.named_parameters(recurse: false).Select(entry => entry.parameter).ToList();
        var weights = parameters.Where(parameter => parameter.dim() >= 2).Sum(parameter => parameter.numel());
        var positions = shape.Skip(1).Aggregate(1L, (product, side) => product * side);
        layers.Add(new(name, layer.GetType().Name, shape, parameters.Sum(parameter => parameter.numel()), weights * positions));
        return output;
    }

    /// <summary>An aligned table, one line for each layer and one for the totals.</summary>
    public override string ToString()
    {
        List<string[]> rows = [["Layer", "Type", "Output", "Parameters", "Multiply-adds"]];
        rows.AddRange(Layers.Select(layer => (string[])
            [layer.Name, layer.Type, $"({string.Join(", ", layer.OutputShape)})", Grouped(layer.Parameters), Grouped(layer.MultiplyAdds)]));
        rows.Add(["Total", "", "", Grouped(Parameters), Grouped(MultiplyAdds)]);
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        return string.Join('\n', rows.Select(row => Line(row, widths)));
    }

    private static string Line(string[] row, int[] widths) =>
        string.Join("  ", row.Select((cell, column) => column < 3 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column])));

    private static string Grouped(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
