using System.Runtime.Intrinsics;

namespace Tricks.Torch.Kernels;

/// <summary>A bilinear algorithm for a 3x3 convolution of stride 1 and padding 1 on square tiles: fewer multiplications, for additions before and after them.</summary>
/// <remarks>
/// With the window d of a tile's inputs, V = B^T d B, U = G w G^T and the tile's outputs y = A^T (U V) A, elementwise in as many points as U and V have (Lavin and Gray, arXiv:1509.09308,
/// §4). Each function takes 8 neighbouring channels, float32; points lie step apart.
/// </remarks>
internal unsafe interface IMinimalFilter
{
    /// <summary>Channels that are transformed at once.</summary>
    const int Lanes = 8;

    /// <summary>Outputs of a tile along one side.</summary>
    static abstract int Size { get; }

    /// <summary>Inputs of a tile along one side.</summary>
    static abstract int Window { get; }

    /// <summary>Inputs of a tile before its first output, along one side.</summary>
    static abstract int Border { get; }

    /// <summary>Multiplications of a tile, for each pair of channels.</summary>
    static abstract int Points { get; }

    /// <summary>B^T d B. d: the addresses of the window's pixels; channel: the first.</summary>
    static abstract void Input(float** d, nint channel, float* to, nint step);

    /// <summary>A d A^T, the adjoint of <see cref="Output"/>. d: the addresses of the outputs' pixels; channel: the first.</summary>
    static abstract void Gradient(float** d, nint channel, float* to, nint step);

    /// <summary>A^T m A. y: the outputs.</summary>
    static abstract void Output(float* m, nint step, Vector256<float>* y);

    /// <summary>G w G^T. w: the first of 9 taps, tap apart; with a negative distance they are reversed.</summary>
    static abstract void Kernel(float* w, nint tap, float* to, nint step);

    /// <summary>G^T u G, the adjoint of <see cref="Kernel"/>. to: 9 taps, tap apart.</summary>
    static abstract void KernelGradient(float* u, nint step, float* to, nint tap);
}
